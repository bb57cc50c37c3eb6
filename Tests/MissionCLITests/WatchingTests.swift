import Formats
import HTTP
import TestSupport
import Testing

@testable import MissionCLI

@Suite(.timeLimit(.minutes(1))) struct WatchingTests {
  private static func stream(_ events: [(Int, String, JSON)]) -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
      + events.map { "id: \($0.0)\nevent: \($0.1)\ndata: \($0.2.compact)\n\n" }.joined()
  }

  private static let started: (Int, String, JSON) = (
    2, "step.started", ["step_id": "a", "attempt": 1, "status": "running"]
  )
  private static let ended: [(Int, String, JSON)] = [
    (3, "step.finished", ["step_id": "a", "status": "success"]),
    (4, "job.finished", ["status": "completed"]),
  ]

  /// Without the times in front.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { line in
      String(line.split(separator: "] ").last ?? "").replacing(#/  [\d.]+ m?s/#, with: "")
    }
  }

  @Test func `events are shown until the job is over, and its end is the exit status`() async throws {
    for (status, exit) in [("completed", MissionCLI.ExitStatus.completed), ("failed", .failed)] {
      let isOver = Observed(false)
      let server = try LoopbackServer { request in
        guard LoopbackServer.call(request).hasSuffix("/events") else {
          return .bytes(LoopbackServer.response((200, ShownJob.json(isOver.value ? status : "running"))))
        }
        isOver.update { $0 = true }
        return .last(Self.stream([Self.started] + Self.ended))
      }
      let run = await ToolRun(["watch", ShownJob.id, "--server", server.url("")])
      #expect(run.status == exit)
      #expect(run.output.isEmpty)
      #expect(lines(run.errors) == ["a started", "a success", "job completed"])
    }
  }

  @Test func `after a broken connection it goes on behind the last event that it saw`() async throws {
    let streams = Observed(0)
    let server = try LoopbackServer { request in
      guard LoopbackServer.call(request).hasSuffix("/events") else {
        return .bytes(
          LoopbackServer.response((200, ShownJob.json(streams.value > 1 ? "completed" : "running"))))
      }
      streams.update { $0 += 1 }
      return .last(Self.stream(streams.value == 1 ? [Self.started] : Self.ended))
    }
    let run = await ToolRun(["watch", ShownJob.id, "--server", server.url(""), "--json"])
    #expect(run.status == .completed)
    #expect(lines(run.errors) == ["a started", "a success", "job completed"])
    #expect(try JSONParser.parse(run.output) == ShownJob.json("completed"))
    let asked = server.requests.value.filter { $0.contains("/events ") }.map { request in
      request.lowercased().split(separator: "\r\n").first { $0.hasPrefix("last-event-id:") }
    }
    #expect(asked == [nil, "last-event-id: 2"])
  }

  @Test func `a server that stops right after a job's end is asked again for the job`() async throws {
    let (isOver, asked) = (Observed(false), Observed(0))
    let server = try LoopbackServer { request in
      if LoopbackServer.call(request).hasSuffix("/events") {
        isOver.update { $0 = true }
        return .last(Self.stream(Self.ended))
      }
      guard isOver.value else { return .bytes(LoopbackServer.response((200, ShownJob.json("running")))) }
      asked.update { $0 += 1 }
      return asked.value == 1
        ? .last("") : .bytes(LoopbackServer.response((200, ShownJob.json("completed"))))
    }
    let run = await ToolRun(["watch", ShownJob.id, "--server", server.url(""), "--json"])
    #expect(run.status == .completed)
    #expect(try JSONParser.parse(run.output) == ShownJob.json("completed"))
  }

  @Test func `who waits no longer than some seconds is told how to go on`() async throws {
    let server = try LoopbackServer { request in
      LoopbackServer.call(request).hasSuffix("/events")
        ? .silence(Self.stream([Self.started]))
        : .bytes(LoopbackServer.response((200, ShownJob.json("running"))))
    }
    let run = await ToolRun(["watch", ShownJob.id, "--server", server.url(""), "--timeout", "1"])
    #expect(run.status == .timedOut)
    #expect(
      run.errors.hasSuffix(
        "timed out waiting after 1 s; the job goes on: mission watch \(ShownJob.id)\n"))
    let wrong = await ToolRun(["watch", ShownJob.id, "--server", server.url(""), "--timeout", "-1"])
    #expect(wrong.status == .usage)
  }

  @Test func `a job that is over is shown at once`() async throws {
    let server = try LoopbackServer.daemon { _ in (200, ShownJob.json("cancelled")) }
    let run = await ToolRun(["submit", "-", "--wait", "--server", server.url("")], input: "name: x")
    #expect(run.status == .cancelled)
    #expect(run.output == JobText.full(ShownJob.json("cancelled")) + "\n")
    #expect(!server.calls.contains { $0.hasSuffix("/events") })
  }

  @Test(arguments: [
    ("completed", MissionCLI.ExitStatus.completed), ("failed", .failed), ("cancelled", .cancelled),
  ])
  func `a watch of a job that is over shows its end`(status: String, exit: MissionCLI.ExitStatus) async throws
  {
    let server = try LoopbackServer.daemon { _ in (200, ShownJob.json(status)) }
    let run = await ToolRun(["watch", ShownJob.id, "--server", server.url("")])
    #expect(run.status == exit)
    #expect(run.output.isEmpty)
    #expect(lines(run.errors) == ["job \(status)"])
    #expect(!server.calls.contains { $0.hasSuffix("/events") })
  }

  @Test func `a job that is gone ends the watch with the daemon's words`() async throws {
    let server = try LoopbackServer.daemon { call in
      call.hasSuffix("/events") ? (404, ["detail": "there is no such job"]) : (200, ShownJob.json("running"))
    }
    let run = await ToolRun(["watch", ShownJob.id, "--server", server.url("")])
    #expect(run.status == .failed)
    #expect(run.errors == "mission watch: there is no such job\n")
  }
}
