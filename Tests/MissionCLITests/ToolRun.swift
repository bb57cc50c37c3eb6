import Formats
import HTTP
import MissionCLI
import Posix
import TestSupport

/// One call of `mission` in this process: what it wrote, and its exit status.
struct ToolRun: Sendable, Equatable {
  let status: MissionCLI.ExitStatus
  let output: String
  let errors: String

  /// Runs the command line; `input` is what `-` reads.
  init(
    _ words: [String], environment: [String: String] = [:], input: String = "", program: Program? = nil
  ) async {
    let pages = Pages()
    let console = pages.console(environment: environment, input: input, program: program)
    status = await CommandLineTool.mission.run(words, on: console)
    (output, errors) = (pages.output, pages.errors)
  }
}

/// Collects what a subcommand writes.
final class Pages: Sendable {
  private let written = Lock((output: "", errors: ""))

  var output: String { written.withLock { $0.output } }
  var errors: String { written.withLock { $0.errors } }

  func writeError(_ bytes: [UInt8]) {
    written.withLock { $0.errors += String(decoding: bytes, as: UTF8.self) }
  }

  func console(
    environment: [String: String] = [:], input: String = "", program: Program? = nil
  ) -> Console {
    Console(
      write: { bytes in self.written.withLock { $0.output += String(decoding: bytes, as: UTF8.self) } },
      writeError: { self.writeError($0) },
      environment: environment, readInput: { Array(input.utf8) }, program: program)
  }
}

extension LoopbackServer {
  /// A daemon that plays its part: `answer` is asked with the method and the target, such as `GET /missions`.
  static func daemon(
    _ answer: @escaping @Sendable (_ call: String) -> (status: Int, body: JSON)
  ) throws(TestSupportError) -> LoopbackServer {
    try LoopbackServer { request in .bytes(response(answer(call(request)))) }
  }

  /// The method and the target of a request.
  static func call(_ request: String) -> String {
    request.prefix { $0 != "\r\n" }.split(separator: " ").prefix(2).joined(separator: " ")
  }

  static func response(_ answer: (status: Int, body: JSON)) -> String {
    let body = answer.body.isNull ? "" : answer.body.compact
    return "HTTP/1.1 \(answer.status) Said\r\nContent-Type: application/json\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// The calls that came, in order.
  var calls: [String] { requests.value.map(Self.call) }
}

/// A job as a daemon shows it.
enum ShownJob {
  static let id = "01890000-0000-7000-8000-000000000001"

  static func json(_ status: String, started: String? = "2026-01-01T00:00:00.000Z") -> JSON {
    [
      "id": .string(id), "name": "build", "status": .string(status),
      "created_at": "2026-01-01T00:00:00.000Z", "started_at": JSON(started),
      "progress": ["total": 1, "success": 1, "failed": 0, "skipped": 0, "cancelled": 0],
      "step_results": [:],
    ]
  }
}
