import Formats
import HTTP
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
