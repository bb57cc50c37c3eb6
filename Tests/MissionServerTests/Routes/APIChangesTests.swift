import Formats
import HTTP
import Sandbox
import TestSupport
import Testing

@testable import MissionServer

@Suite struct APIChangesTests {
  @Test func `a running job is cancelled with what it started`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(
        try await server.post("/missions/execute", Missions.endless).json["id"]?.stringValue)
      #expect(try await server.post("/missions/\(id)/cancel").status == 202)
      let job = try await server.get("/missions/\(id)?wait=60").json
      #expect(job["status"] == "cancelled")
      #expect(try await server.post("/missions/\(id)/cancel").status == 409)
    }
  }

  @Test func `a retry keeps what succeeded, and the old job names the new one`() async throws {
    try await ServerFixture.with { server in
      let old = try await server.execute(Missions.failing)
      let id = try #require(old["id"]?.stringValue)
      #expect(old["status"] == "failed")
      let reply = try await server.post("/missions/\(id)/retry?wait=60")
      #expect(reply.status == 200)
      let new = try #require(reply.json["id"]?.stringValue)
      #expect(new != id)
      #expect(reply.json["status"] == "failed")
      #expect(
        reply.json["step_results"]?["good"]?["started_at"] == old["step_results"]?["good"]?["started_at"])
      #expect(try await server.get("/missions/\(id)").json["retried_as"] == .string(new))
      let second = try await server.post("/missions/\(id)/retry")
      #expect(second.status == 409)
      #expect(second.json["detail"]?.stringValue?.contains("?workspace=fresh") == true)
      let fresh = try await server.post("/missions/\(id)/retry?workspace=fresh&wait=60")
      #expect(fresh.status == 200)
      #expect(
        fresh.json["step_results"]?["good"]?["started_at"] != old["step_results"]?["good"]?["started_at"])
    }
  }

  @Test func `a retry from a step runs it and its descendants anew`() async throws {
    try await ServerFixture.with { server in
      let old = try await server.execute(Missions.chain)
      let id = try #require(old["id"]?.stringValue)
      #expect(try await server.post("/missions/\(id)/retry?from=c").status == 400)
      let new = try await server.post("/missions/\(id)/retry?from=b&wait=60").json
      #expect(new["step_results"]?["a"]?["finished_at"] == old["step_results"]?["a"]?["finished_at"])
      #expect(new["step_results"]?["b"]?["finished_at"] != old["step_results"]?["b"]?["finished_at"])
    }
  }

  @Test func `a retry has what the submission gave`() async throws {
    try await ServerFixture.with { server in
      let mission = """
        name: x
        config: {strict_variables: true}
        steps:
          - {id: a, step_type: noop, parameters: {message: "{{who}} {{context.who}}"}}
          - {id: b, step_type: command, parameters: {command: "false"}}
        """
      let old = try await server.execute(mission, query: "&context.who=me")
      let id = try #require(old["id"]?.stringValue)
      let reply = try await server.post("/missions/\(id)/retry?from=a&wait=60")
      #expect(reply.status == 200, "\(reply.text)")
      #expect(reply.json["step_results"]?["a"]?["output"]?["message"] == "me me")
    }
  }

  @Test func `a retry of what the policy denies by now is refused in the policy's words`() async throws {
    let directory = try TemporaryDirectory()
    let first = try await ServerFixture(in: directory)
    let id = try #require(try await first.execute(Missions.failing)["id"]?.stringValue)
    await first.stop()
    let next = try await ServerFixture(in: directory) { $0.policy.stepTypes.deny = ["command"] }
    for query in ["", "?workspace=fresh"] {
      let reply = try await next.post("/missions/\(id)/retry\(query)")
      #expect(reply.status == 403)
      #expect(reply.json["detail"]?.stringValue?.hasPrefix("the policy says no: /steps/1") == true)
    }
    await next.stop()
  }

  @Test func `a retry without the directory that the job worked in is refused with the way out`() async throws
  {
    let directory = try TemporaryDirectory()
    _ = try directory.write("x", to: "named/file")
    try await ServerFixture.with({ $0.writePaths = [directory.path] }) { server in
      func retry(_ query: String) async throws -> ServerFixture.Reply {
        let job = try await server.execute(Missions.failing, query: query)
        let id = try #require(job["id"]?.stringValue)
        TreeRemoval.remove(directory / "named")
        TreeRemoval.remove(server.directory / "state/workspaces/\(id)")
        let refused = try await server.post("/missions/\(id)/retry")
        #expect(try await server.post("/missions/\(id)/retry?workspace=fresh&wait=60").status == 200)
        return refused
      }
      let own = try await retry("")
      #expect(own.status == 409)
      #expect(own.json["detail"]?.stringValue?.hasSuffix("is gone; use ?workspace=fresh") == true)
      _ = try directory.write("x", to: "named/file")
      let named = try await retry("&workspace=\(directory / "named")")
      #expect(named.status == 409)
      #expect(
        named.json["detail"]
          == .string("the workspace \(directory / "named") does not exist; use ?workspace=fresh"))
    }
  }

  @Test func `the repeat of a retry finds its job after the old one was deleted`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Missions.failing)["id"]?.stringValue)
      let key: Headers = ["Idempotency-Key": "again"]
      let new = try await server.post("/missions/\(id)/retry?wait=60", headers: key)
      #expect(new.status == 200)
      #expect(try await server.ask(.delete, "/missions/\(id)").status == 204)
      let repeated = try await server.post("/missions/\(id)/retry?wait=60", headers: key)
      #expect(repeated.status == 200)
      #expect(repeated.json["id"] == new.json["id"])
      let other = try await server.post("/missions/\(id)/retry?from=good", headers: key)
      #expect(other.status == 422)
      #expect(try await server.post("/missions/\(id)/retry").status == 404)
    }
  }

  @Test func `only a finished job can be retried or deleted`() async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let id = try #require(try await server.post("/missions/execute", Missions.noop).json["id"]?.stringValue)
      #expect(try await server.post("/missions/\(id)/retry").status == 409)
      #expect(try await server.ask(.delete, "/missions/\(id)").status == 409)
      #expect(try await server.ask(.delete, "/missions/x").status == 404)
    }
  }

  @Test func `a deleted job is gone with its workspace and logs`() async throws {
    try await ServerFixture.with { server in
      let job = try await server.execute(
        "name: x\nsteps: [{id: a, step_type: command, parameters: {command: touch made}}]")
      let id = try #require(job["id"]?.stringValue)
      #expect(server.directory.contains("state/workspaces/\(id)/made"))
      #expect(try await server.get("/missions/\(id)").status == 200)
      #expect(try await server.ask(.delete, "/missions/\(id)").status == 204)
      #expect(try await server.get("/missions/\(id)").status == 404)
      #expect(!server.directory.contains("state/workspaces/\(id)"))
      #expect(!server.directory.contains("state/logs/\(id)"))
    }
  }
}
