import Formats
import Foundation
import TestSupport
import Testing

/// Processes that steps start and leave running: with the job, over a death of the daemon, and beyond.
@Suite struct KeptProcessesTests {
  /// A server, a step that used it, a step that waits for a file, and one that uses it again.
  private func mission(port: UInt16, gate: String, detach: Bool = false, last: String? = nil) -> String {
    """
    name: served
    steps:
      - {id: page, step_type: create_file, parameters: {path: site/index.html, content: hello}}
      - id: server
        depends_on: [page]
        step_type: process_start
        parameters:
          command: python3 -m http.server \(port) --bind 127.0.0.1 --directory site
          ready: {port: \(port), timeout_seconds: 60}
          detach: \(detach)
      - id: early
        depends_on: [server]
        step_type: command
        parameters: {command: "curl -sSf http://127.0.0.1:\(port)/"}
      - id: gate
        depends_on: [early]
        step_type: command
        parameters: {shell: true, command: "while [ ! -e \(gate) ]; do sleep 0.05; done"}
      - id: late
        depends_on: [gate]
        step_type: command
        parameters: {command: "\(last ?? "curl -sSf http://127.0.0.1:\(port)/")"}
    """
  }

  private func pid(_ step: JSON) throws -> Int32 {
    try #require((step["output"]?["pid"]?.integerValue).flatMap { Int32(exactly: $0) })
  }

  /// True while a process lives; a zombie does not.
  private func isAlive(_ pid: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    return !text.contains(") Z ")
  }

  @Test func `a server serves later steps and ends with the job`() async throws {
    let daemon = try await TestDaemon()
    let port = try FreePort().number
    try daemon.directory.write("", to: "gate")
    let job = try await daemon.execute(mission(port: port, gate: daemon.directory / "gate"))
    #expect(job["status"] == "completed", "\(job.compact)")
    let server = try #require(job["step_results"]?["server"])
    #expect(server["output"]?["started"] == true)
    #expect(server["output"]?["ready"] == true)
    #expect(job["step_results"]?["late"]?["output"]?["stdout"] == "hello")
    #expect(!isAlive(try pid(server)))
    let id = try #require(job["id"]?.stringValue)
    #expect(try await daemon.ask("/missions/\(id)/steps/server/log").body.contains("GET / HTTP/1.1"))
  }

  @Test func `after a kill the server is started again before what depends on it goes on`() async throws {
    let before = try await TestDaemon()
    let port = try FreePort().number
    let id = try await before.submit(mission(port: port, gate: before.directory / "gate"))
    let first = try await before.step("server", of: id, is: "success")
    try await before.step("gate", of: id, is: "running")
    try await before.kill()

    try before.directory.write("", to: "gate")
    let after = try await TestDaemon(directory: before.directory)
    let job = try await after.ended(id)
    #expect(job["status"] == "completed", "\(job.compact)")
    let second = try #require(job["step_results"]?["server"])
    #expect(try pid(second) != pid(first))
    #expect(second["attempts"] == 2)
    #expect(job["step_results"]?["early"]?["attempts"] == 1)
    #expect(job["step_results"]?["late"]?["output"]?["stdout"] == "hello")
    #expect(try !isAlive(pid(first)) && !isAlive(pid(second)))
  }

  @Test func `a detached server lives through the daemon's death and is taken over`() async throws {
    let before = try await TestDaemon()
    let port = try FreePort().number
    let id = try await before.submit(mission(port: port, gate: before.directory / "gate", detach: true))
    let first = try await before.step("server", of: id, is: "success")
    let server = try pid(first)
    let held = try ForeignProcess(server)
    try await before.step("gate", of: id, is: "running")
    try await before.kill()

    let after = try await TestDaemon(directory: before.directory)
    #expect(isAlive(server))
    try before.directory.write("", to: "gate")
    let job = try await after.ended(id)
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(try pid(try #require(job["step_results"]?["server"])) == server)
    #expect(job["step_results"]?["server"]?["output"]?["started"] == false)
    #expect(isAlive(server))
    let stop = try await after.execute(
      "{name: stop, steps: [{id: k, step_type: process_kill, parameters: {pid: \(server)}}]}")
    #expect(stop["step_results"]?["k"]?["output"]?["killed"] == true, "\(stop.compact)")
    #expect(!isAlive(server))
    withExtendedLifetime(held) {}
  }

  @Test func `a retry starts the server again, and takes a detached one over`() async throws {
    for detach in [false, true] {
      let daemon = try await TestDaemon()
      let port = try FreePort().number
      try daemon.directory.write("", to: "gate")
      let text = mission(
        port: port, gate: daemon.directory / "gate", detach: detach,
        last: "test -e \(daemon.directory / "fixed")")
      let job = try await daemon.execute(text)
      #expect(job["status"] == "failed")
      let first = try pid(try #require(job["step_results"]?["server"]))
      let held = detach ? try ForeignProcess(first) : nil
      #expect(isAlive(first) == detach)
      try daemon.directory.write("", to: "fixed")
      let id = try #require(job["id"]?.stringValue)
      let retry = try await daemon.ask("/missions/\(id)/retry?wait=60", method: "POST")
      #expect(retry.json["status"] == "completed", "\(retry.body)")
      let server = try #require(retry.json["step_results"]?["server"])
      #expect(server["output"]?["started"] == .bool(!detach))
      #expect(try (pid(server) == first) == detach)
      withExtendedLifetime(held) {}
    }
  }
}
