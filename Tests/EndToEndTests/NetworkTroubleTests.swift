import Formats
import TestSupport
import Testing

/// What becomes of steps that speak to servers which never answer: the job is cancelled, or time is over.
@Suite(.timeLimit(.minutes(2))) struct NetworkTroubleTests {
  /// A server that hears what it is told, in whatever language, and never answers.
  private static func deaf() throws -> LoopbackServer { try LoopbackServer { _ in .silence("") } }

  private struct Step {
    let id: String
    var type: String?
    let parameters: String
  }

  /// A step of each type that speaks to a server over TCP, and one for each kind of database.
  private static func steps(_ place: String, _ port: UInt16) -> [Step] {
    [
      Step(id: "http", parameters: "url: 'http://\(place)/'"),
      Step(id: "websocket_connect", parameters: "url: 'ws://\(place)/'"),
      Step(id: "ftp_upload", parameters: "url: 'ftp://\(place)/a', local_file: a"),
      Step(id: "ftp_download", parameters: "url: 'sftp://\(place)/a', local_file: b"),
      Step(id: "ssh_execute", parameters: "host: 127.0.0.1, port: \(port), command: id"),
      Step(id: "sql_query", parameters: "connection: 'postgresql://\(place)/d', query: SELECT 1"),
      Step(id: "mysql", type: "sql_query", parameters: "connection: 'mysql://\(place)/d', query: SELECT 1"),
      Step(id: "redis_get", parameters: "connection: 'redis://\(place)', key: k"),
      Step(id: "redis_set", parameters: "connection: 'redis://\(place)', key: k, value: v"),
      Step(id: "db_backup", parameters: "connection: 'redis://\(place)', destination: c"),
      Step(id: "db_migrate", parameters: "connection: 'postgresql://\(place)/d', migration_dir: ."),
    ]
  }

  private static func mission(_ steps: [Step], timeout: Int) -> String {
    """
    name: wait
    config: { fail_fast: false, max_concurrent_steps: 20 }
    steps:
      - { id: file, step_type: create_file, parameters: { path: a } }

    """
      + steps.map {
        "  - { id: \($0.id), depends_on: file, step_type: \($0.type ?? $0.id), timeout_seconds: \(timeout), "
          + "parameters: { \($0.parameters) } }\n"
      }.joined()
  }

  @Test func `a cancel ends every step that waits for a server, and closes its connection`() async throws {
    let server = try Self.deaf()
    let steps = Self.steps("127.0.0.1:\(server.port)", server.port)
    let daemon = try await TestDaemon()
    let id = try await daemon.submit(Self.mission(steps, timeout: 300))
    _ = try await server.connections.wait("every step to connect") { $0 == steps.count }
    let answer = try await daemon.ask("/missions/\(id)/cancel", method: "POST")
    #expect(answer.status < 300, "\(answer.body)")
    let job = try await daemon.ended(id)
    #expect(job["status"] == "cancelled")
    for step in steps {
      #expect(job["step_results"]?[step.id]?["status"] == "cancelled", "\(step.id): \(job.compact)")
    }
    #expect((job["total_duration_ms"]?.integerValue ?? .max) < 30_000)
    // The library of MySQL hears nothing while it connects: its thread is left to its own deadline.
    _ = try await server.departures.wait("the connections to be closed") { $0 >= steps.count - 1 }
  }

  @Test func `time that is over ends every step that waits for a server`() async throws {
    let server = try Self.deaf()
    let steps = Self.steps("127.0.0.1:\(server.port)", server.port)
    let daemon = try await TestDaemon()
    let job = try await daemon.execute(Self.mission(steps, timeout: 2))
    #expect(job["status"] == "failed")
    for step in steps {
      let result = job["step_results"]?[step.id]
      #expect(result?["status"] == "failed", "\(step.id): \(job.compact)")
      #expect(result?["error"]?.stringValue?.contains("2 s") == true, "\(step.id): \(job.compact)")
    }
    _ = try await server.departures.wait("the connections to be closed") { $0 >= steps.count - 1 }
  }

  @Test func `transfers that a dying server broke off go on in the next attempt`() async throws {
    let (from, to) = (try await DyingFTPServer(), try await DyingFTPServer())
    let daemon = try await TestDaemon()
    let job = try await daemon.execute(
      """
      name: transfers
      config: { retry_attempts: 1, retry_delay_ms: 1 }
      steps:
        - id: fetch
          step_type: ftp_download
          parameters: { url: 'ftp://127.0.0.1:\(from.port)/file', local_file: a, resume: true }
        - id: send
          depends_on: fetch
          step_type: ftp_upload
          parameters: { url: 'ftp://127.0.0.1:\(to.port)/new', local_file: a, resume: true }
      """)
    #expect(job["status"] == "completed", "\(job.compact)")
    for step in ["fetch", "send"] { #expect(job["step_results"]?[step]?["attempts"] == 2) }
    #expect(try to.uploaded() == from.content)
  }
}
