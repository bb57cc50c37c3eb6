import Formats
import HTTP
import MissionModel
import Testing

@testable import MissionServer

@Suite struct APIJobsTests {
  @Test func `a finished job has a strong tag, and who has it is told nothing new`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Missions.chain)["id"]?.stringValue)
      let first = try await server.get("/missions/\(id)")
      let tag = try #require(first.headers["ETag"])
      #expect(first.status == 200)
      #expect(!tag.hasPrefix("W/"))
      let again = try await server.get("/missions/\(id)")
      #expect(again.bytes == first.bytes)
      for query in ["", "?wait=0", "?include=outputs"] {
        let current = try await server.get("/missions/\(id)\(query)", headers: ["If-None-Match": tag])
        #expect(current.status == 304)
        #expect(current.headers["ETag"] == tag)
        #expect(current.bytes.isEmpty)
      }
      #expect(
        try await server.get("/missions/\(id)?include=steps", headers: ["If-None-Match": tag]).status == 200)
    }
  }

  @Test func `include says how much is shown`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Missions.chain)["id"]?.stringValue)
      let summary = try await server.get("/missions/\(id)?include=summary").json
      #expect(summary["step_results"] == nil)
      let steps = try await server.get("/missions/\(id)?include=steps").json
      #expect(steps["step_results"]?["a"]?["status"] == "success")
      #expect(steps["step_results"]?["a"]?["output"] == nil)
      #expect(try await server.get("/missions/\(id)?include=all").status == 400)
    }
  }

  @Test func `a poll with a tag is held back until something changes`() async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let id = try #require(try await server.post("/missions/execute", Missions.noop).json["id"]?.stringValue)
      let tag = try #require(try await server.get("/missions/\(id)").headers["ETag"])
      async let held = server.get("/missions/\(id)?wait=60", headers: ["If-None-Match": tag])
      let cancelled = try await server.post("/missions/\(id)/cancel")
      #expect(cancelled.status == 202)
      let reply = try await held
      #expect(reply.status == 200)
      #expect(reply.json["status"] == "cancelled")
    }
  }

  @Test func `a big job that runs is shown as of one moment, and says of which`() async throws {
    try await ServerFixture.with { server in
      let steps = (0..<3000).map { "  - {id: s\($0), step_type: noop}\n" }.joined()
      let job = try await server.post("/missions/execute", "name: big\nsteps:\n" + steps).json
      let id = try #require(job["id"]?.stringValue)
      var (isOver, tags) = (false, Set<String>())
      while !isOver {
        let reply = try await server.get("/missions/\(id)?include=steps")
        let shown = reply.json
        let results = shown["step_results"]?.objectValue ?? [:]
        for status in StepStatus.allCases {
          let count = results.filter { $0.1["status"] == .string(status.rawValue) }.count
          #expect(shown["progress"]?[status.rawValue] == JSON(count), "\(status)")
        }
        tags.insert(try #require(reply.headers["ETag"]))
        isOver = shown["finished_at"] != .null
      }
      #expect(!tags.isEmpty)
    }
  }

  @Test func `a wait without a tag ends with the job`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(
        try await server.post("/missions/execute", Missions.chain).json["id"]?.stringValue)
      let reply = try await server.get("/missions/\(id)?wait=60")
      #expect(reply.json["status"] == "completed")
    }
  }

  @Test func `unknown ids are 404`() async throws {
    try await ServerFixture.with { server in
      for path in ["/missions/x", "/missions/01a2057d-bc86-702e-bd18-7b5007a376c6"] {
        for end in ["", "/document", "/events", "/steps/a", "/steps/a/log"] {
          let reply = try await server.get(path + end)
          #expect(reply.status == 404, "\(path)\(end)")
        }
      }
    }
  }

  @Test func `the list goes from page to page, newest first`() async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      var ids: [String] = []
      for _ in 0..<5 {
        ids.append(
          try #require(try await server.post("/missions/execute", Missions.noop).json["id"]?.stringValue))
      }
      var seen: [String] = []
      var target: String? = "/missions?limit=2&name=one"
      while let page = target {
        let reply = try await server.get(page)
        #expect(reply.status == 200)
        seen += reply.json["missions"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
        target = reply.headers["Link"].map { link in String(link.dropFirst().prefix { $0 != ">" }) }
      }
      #expect(seen == ids.reversed())
    }
  }

  @Test func `the list can be narrowed`() async throws {
    try await ServerFixture.with { server in
      _ = try await server.execute(Missions.chain)
      _ = try await server.execute(Missions.noop)
      for (query, count) in [
        ("label.team=red", 1), ("label.team=blue", 0), ("name=one", 1), ("status=completed", 2),
        ("status=failed", 0),
      ] {
        let reply = try await server.get("/missions?\(query)")
        #expect(reply.json["missions"]?.arrayValue?.count == count, "\(query)")
      }
      for query in ["status=done", "limit=0", "limit=501", "cursor=*", "nmae=x"] {
        #expect(try await server.get("/missions?\(query)").status == 400, "\(query)")
      }
    }
  }

  @Test func `the document is given as it was sent`() async throws {
    try await ServerFixture.with { server in
      let id = try #require(try await server.execute(Missions.chain)["id"]?.stringValue)
      let reply = try await server.get("/missions/\(id)/document")
      #expect(reply.text == Missions.chain)
      #expect(reply.headers["Content-Type"] == "application/yaml")
    }
  }
}
