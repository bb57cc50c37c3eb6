import Formats
import HTTP
import TestSupport
import Testing

@testable import MissionCLI

@Suite(.timeLimit(.minutes(1))) struct ExplainTests {
  private static let document = """
    name: x
    future_field: 1
    steps:
      - { id: a, step_type: noop }
      - { id: b, step_type: noop, depends_on: a }
    """

  private static func job(_ results: JSON) -> JSON {
    var job = ShownJob.json("failed").objectValue ?? [:]
    job["step_results"] = results
    return .object(job)
  }

  private func explain(_ job: JSON, document: String = document) async throws -> ToolRun {
    let server = try LoopbackServer { request in
      guard LoopbackServer.call(request).hasSuffix("/document") else {
        return .bytes(LoopbackServer.response((200, job)))
      }
      return .bytes(
        "HTTP/1.1 200 OK\r\nContent-Type: application/yaml\r\nContent-Length: \(document.utf8.count)"
          + "\r\n\r\n\(document)")
    }
    return await ToolRun(["explain", ShownJob.id, "--server", server.url("")])
  }

  @Test func `each step has a line that says why it ran or did not`() async throws {
    let run = try await explain(
      Self.job([
        "a": [
          "status": "failed", "attempts": 2, "duration_ms": 5, "error": "boom\u{1B}",
          "started_at": "2026-01-01T00:00:00.001Z", "finished_at": "2026-01-01T00:00:00.006Z",
        ],
        "b": ["status": "skipped", "error": "dependency \"a\" did not succeed"],
      ]))
    #expect(run.status == .completed && run.errors.isEmpty)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("a: started at "))
    #expect(lines[0].contains("it depends on nothing"))
    #expect(lines[0].contains(#"boom\x1b"#))
    #expect(lines[1] == #"b: was skipped: dependency "a" did not succeed"#)
  }

  @Test func `a job that waits has nothing to explain yet`() async throws {
    let run = try await explain(ShownJob.json("queued", started: nil))
    #expect(run == ToolRun(.completed, "the job is queued and has not started\n"))
  }

  @Test func `a document that this version does not understand is said to be one`() async throws {
    let run = try await explain(Self.job([:]), document: "name: x\nsteps: [{id: a, step_type: later}]\n")
    #expect(run.status == .failed)
    #expect(
      run.errors == "mission explain: the job's document cannot be read by this version of mission\n")
  }
}
