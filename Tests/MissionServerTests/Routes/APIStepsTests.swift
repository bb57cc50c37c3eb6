import Formats
import HTTP
import Testing

@testable import MissionServer

@Suite struct APIStepsTests {
  private static let talking = """
    name: talking
    steps:
      - id: talk
        step_type: command
        parameters: {shell: true, command: "echo out; echo err >&2; echo more"}
    """

  @Test func `a step is shown with its attempts`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Self.talking)["id"]?.stringValue)
      let step = try await server.get("/missions/\(id)/steps/talk").json
      #expect(step["status"] == "success")
      #expect(step["attempt_results"]?.arrayValue?.count == 1)
      #expect(step["attempt_results"]?[0]?["status"] == "success")
      #expect(try await server.get("/missions/\(id)/steps/tlak").status == 404)
    }
  }

  @Test func `a log is given whole, in part, and by its streams`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Self.talking)["id"]?.stringValue)
      let path = "/missions/\(id)/steps/talk/log"
      let whole = try await server.get(path)
      #expect(whole.status == 200)
      #expect(Set(whole.text.split(separator: "\n")) == ["out", "err", "more"])
      #expect(try await server.get("\(path)?stream=stdout").text == "out\nmore\n")
      #expect(try await server.get("\(path)?stream=stderr").text == "err\n")
      let part = try await server.get("\(path)?stream=stdout", headers: ["Range": "bytes=4-6"])
      #expect(part.status == 206)
      #expect(part.text == "mor")
      #expect(part.headers["Content-Range"] == "bytes 4-6/9")
      #expect(try await server.get(path, headers: ["Range": "bytes=-2"]).status == 206)
      #expect(try await server.get(path, headers: ["Range": "bytes=99-"]).status == 416)
      let later = try await server.get("\(path)?attempt=2")
      #expect(later.status == 404)
      #expect(later.json["detail"] == "step \"talk\" has no attempt 2, only 1")
      #expect(try await server.get("\(path)?stream=both").status == 400)
      #expect(try await server.get("\(path)?follow=1").text == whole.text)
    }
  }

  @Test func `a follower gets what a running step writes, and its end`() async throws {
    try await ServerFixture.with { server in
      let mission = """
        name: slow
        steps:
          - {id: talk, step_type: command, parameters: {shell: true, command: "echo begun; exec sleep 600"}}
        """
      let id = try #require(try await server.post("/missions/execute", mission).json["id"]?.stringValue)
      let client = try server.client()
      let answer = try await client.send(.init(.get, "/missions/\(id)/steps/talk/log?follow=1"))
      #expect(answer.status == 200)
      let first = try #require(try await answer.body.next())
      #expect(String(decoding: first, as: UTF8.self) == "begun\n")
      _ = try await server.post("/missions/\(id)/cancel")
      #expect(try await answer.bytes() == [])
    }
  }

  @Test func `a step without processes has an empty log`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Missions.noop)["id"]?.stringValue)
      let reply = try await server.get("/missions/\(id)/steps/a/log")
      #expect(reply.status == 200)
      #expect(reply.bytes.isEmpty)
    }
  }
}
