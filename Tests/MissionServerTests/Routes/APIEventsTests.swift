import Formats
import HTTP
import Testing

@testable import MissionServer

@Suite struct APIEventsTests {
  @Test func `the story of a finished job is told whole, and the stream ends`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Missions.chain)["id"]?.stringValue)
      let events = try await events(server, id)
      #expect(
        events.map(\.event) == [
          "job.queued", "job.started", "step.started", "step.finished", "step.started", "step.finished",
          "job.finished",
        ])
      #expect(events.map(\.id) == (1...7).map(String.init))
      let last = try #require(events.last)
      let data = try JSONParser.parse(last.data)
      #expect(data.objectValue?.keys == ["seq", "at", "job_id", "step_id", "attempt", "status", "error"])
      #expect(data["status"] == "completed")
    }
  }

  @Test func `a client that comes again goes on where it was`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Missions.noop)["id"]?.stringValue)
      let all = try await events(server, id)
      for after in 0...all.count {
        let rest = try await events(server, id, after: String(after))
        #expect(rest == Array(all.dropFirst(after)))
      }
      #expect(try await server.get("/missions/\(id)/events", headers: ["Last-Event-ID": "x"]).status == 400)
    }
  }

  @Test func `events come while the job runs`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(
        try await server.post("/missions/execute", Missions.endless).json["id"]?.stringValue)
      let client = try server.client()
      let answer = try await client.send(.init(.get, "/missions/\(id)/events"))
      var parser = EventStreamParser()
      var seen: [ServerSentEvent] = []
      while !seen.contains(where: { $0.event == "step.started" }), let piece = try await answer.body.next() {
        seen += try parser.take(piece)
      }
      _ = try await server.post("/missions/\(id)/cancel")
      while let piece = try await answer.body.next() { seen += try parser.take(piece) }
      #expect(seen.last?.event == "job.finished")
    }
  }

  @Test func `a quiet stream says that it is still there, again and again`() async throws {
    #expect(Daemon.Launch(Configuration(), environment: [:]).keepAlive == .seconds(15))
    let server = try await ServerFixture(keepAlive: .milliseconds(5)) { $0.executors = 0 }
    let id = try #require(
      try await server.post("/missions/execute", Missions.noop).json["id"]?.stringValue)
    let answer = try await server.client().send(.init(.get, "/missions/\(id)/events"))
    var text = ""
    while !text.hasSuffix("\n\n: still here\n\n: still here\n\n"), let piece = try await answer.body.next() {
      text += String(decoding: piece, as: UTF8.self)
    }
    #expect(text.hasPrefix("id: 1\nevent: job.queued\n"))
    _ = try await server.post("/missions/\(id)/cancel")
    while let piece = try await answer.body.next() { text += String(decoding: piece, as: UTF8.self) }
    #expect(text.contains("event: job.finished"))
    await server.stop()
  }

  private func events(
    _ server: ServerFixture, _ id: String, after: String? = nil
  ) async throws -> [ServerSentEvent] {
    let reply = try await server.get(
      "/missions/\(id)/events", headers: after.map { ["Last-Event-ID": $0] } ?? [:])
    #expect(reply.headers["Content-Type"] == "text/event-stream")
    var parser = EventStreamParser()
    return try parser.take(reply.bytes)
  }
}
