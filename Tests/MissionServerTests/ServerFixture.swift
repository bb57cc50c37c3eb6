import Formats
import HTTP
import MissionModel
import MissionServer
import Posix
import Telemetry
import TestSupport

/// A daemon in this process, on a free port and a state directory of its own, and a client that asks it.
final class ServerFixture: Sendable {
  /// An answer with all of its content.
  struct Reply: Sendable {
    let status: Int
    let headers: Headers
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSON { (try? JSONParser.parse(bytes)) ?? .null }
  }

  let directory: TemporaryDirectory
  let daemon: Daemon
  let loop: EventLoop
  let address: SocketAddress

  /// Starts a daemon; `configure` changes the configuration that tests have in common.
  ///
  /// One at a time, since a process has one process table; `isSecond` is for a test that starts another.
  init(
    in directory: TemporaryDirectory? = nil, environment: [String: String] = [:], isSecond: Bool = false,
    keepAlive: Duration? = nil, _ configure: (inout Configuration) -> Void = { _ in }
  ) async throws {
    if !isSecond { await Turn.shared.take() }
    self.directory = if let directory { directory } else { try TemporaryDirectory() }
    loop = try EventLoop()
    var configuration = Configuration()
    configuration.listen = ["127.0.0.1:0"]
    configuration.stateDirectory = self.directory / "state"
    configuration.limits.minFreeBytes = 0
    configuration.drainSeconds = 0
    configuration.killGraceMilliseconds = 100
    configure(&configuration)
    let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    var launch = Daemon.Launch(
      configuration, environment: environment.merging(["PATH": path]) { $1 }, log: .silent)
    if let keepAlive { launch.keepAlive = keepAlive }
    daemon = Daemon(launch, on: loop)
    do { address = try await daemon.start()[0] } catch {
      loop.stop()
      if !isSecond { await Turn.shared.give() }
      throw error
    }
  }

  /// Stops the daemon; a fixture in the same directory goes on.
  func stop() async {
    await daemon.stop()
    loop.stop()
    await Turn.shared.give()
  }

  /// Runs `body` with a daemon that is stopped after it.
  static func with(_ body: (ServerFixture) async throws -> Void) async throws {
    try await with({ _ in }, body)
  }

  /// The same with changes to the configuration.
  static func with(
    _ configure: (inout Configuration) -> Void, _ body: (ServerFixture) async throws -> Void
  ) async throws {
    let server = try await ServerFixture(configure)
    do { try await body(server) } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  func client() throws -> HTTPClient { HTTPClient(try ServerAddress("http://\(address)"), on: loop) }

  func ask(
    _ method: Method, _ target: String, _ body: String = "", headers: Headers = [:]
  ) async throws -> Reply {
    let answer = try await client().send(
      HTTPClient.Call(method, target, headers: headers, body: Array(body.utf8)))
    return Reply(status: answer.status.code, headers: answer.headers, bytes: try await answer.bytes())
  }

  func get(_ target: String, headers: Headers = [:]) async throws -> Reply {
    try await ask(.get, target, headers: headers)
  }

  func post(_ target: String, _ body: String = "", headers: Headers = [:]) async throws -> Reply {
    try await ask(.post, target, body, headers: headers)
  }

  /// Submits a mission and gives the whole job when it is over.
  func execute(_ mission: String, query: String = "") async throws -> JSON {
    try await post("/missions/execute?wait=60\(query)", mission).json
  }
}

/// Lets one daemon after the other run.
actor Turn {
  static let shared = Turn()
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func give() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}

/// Missions that tests submit.
enum Missions {
  static let noop = "name: one\nsteps: [{id: a, step_type: noop, parameters: {message: hi}}]\n"
  static let chain = """
    name: chain
    labels: {team: red}
    steps:
      - {id: b, step_type: noop, depends_on: a, parameters: {message: "{{a.output.message}} again"}}
      - {id: a, step_type: noop, parameters: {message: hi}}
    """
  /// Ends only when it is told to.
  static let endless =
    "name: endless\nsteps: [{id: wait, step_type: command, parameters: {command: sleep 600}}]\n"
  static let failing = """
    name: failing
    steps:
      - {id: good, step_type: noop}
      - {id: bad, step_type: command, depends_on: good, parameters: {command: "false"}}
      - {id: after, step_type: noop, depends_on: bad}
    """
}
