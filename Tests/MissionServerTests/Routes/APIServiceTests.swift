import Formats
import HTTP
import MissionModel
import Testing

@testable import MissionServer

@Suite struct APIServiceTests {
  @Test func `a daemon that serves is alive and ready`() async throws {
    try await ServerFixture.with { server in
      let alive = try await server.get("/livez")
      #expect(alive.status == 200)
      #expect(try await server.get("/readyz").status == 200)
      #expect(try await server.get("/healthz").json["status"] == "ready")
      #expect(try await server.get("/version").json["version"] == .string(Version.text))
    }
  }

  @Test func `too little free space is said, and nothing is taken or started`() async throws {
    try await ServerFixture.with({ $0.limits.minFreeBytes = 1 << 60 }) { server in
      let ready = try await server.get("/readyz")
      #expect(ready.status == 503)
      #expect(ready.json["reasons"]?[0]?.stringValue?.contains("limits.min_free_bytes") == true)
      let reply = try await server.post("/missions/execute", Missions.noop)
      #expect(reply.status == 503)
      #expect(reply.headers["Retry-After"] != nil)
    }
  }

  @Test func `metrics show jobs, requests and the process`() async throws {
    try await ServerFixture.with { server in
      _ = try await server.execute(Missions.noop)
      let page = try await server.get("/metrics").text
      for name in [
        "missiond_jobs_queued 0", "missiond_http_requests_total{route=\"/missions/execute\"",
        "process_resident_memory_bytes", "missiond_database_up 1", "missiond_http_request_seconds_bucket",
      ] { #expect(page.contains(name), "\(name)") }
    }
  }

  @Test func `other methods are refused with those there are, other paths are not there`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.ask(.put, "/missions/execute")
      #expect(reply.status == 405)
      #expect(reply.headers["Allow"] == "POST")
      #expect(try await server.get("/nothing").status == 404)
    }
  }

  @Test func `a request of a web page is refused`() async throws {
    try await ServerFixture.with { server in
      for headers: Headers in [
        ["Origin": "http://localhost"], ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "cross-site"],
      ] {
        let reply = try await server.get("/missions", headers: headers)
        #expect(reply.status == 403)
      }
      #expect(try await server.get("/missions", headers: ["Sec-Fetch-Site": "none"]).status == 200)
    }
  }
}
