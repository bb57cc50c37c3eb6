import Formats
import HTTP
import TestSupport
import Testing

@testable import MissionServer

/// Access and account of a daemon with tokens, over TCP.
@Suite(.timeLimit(.minutes(2))) struct APIAuditTests {
  private struct Tokens {
    let file: String
    let text: [String: String]

    init(in directory: TemporaryDirectory) throws {
      let made = [("reader", [.read]), ("ci", [.read, .submit]), ("chief", AccessScope.allCases)].map {
        ($0.0, AccessToken.make(name: $0.0, scopes: $0.1, at: Timestamp(milliseconds: 0)))
      }
      file = directory / "tokens"
      try TokenFile(file).write(AccessTokens(made.map(\.1.token)))
      text = Dictionary(uniqueKeysWithValues: made.map { ($0.0, $0.1.text) })
    }

    subscript(name: String) -> Headers { ["Authorization": "Bearer \(text[name] ?? name)"] }
  }

  private func with(
    _ body: (ServerFixture, Tokens) async throws -> Void
  ) async throws {
    let directory = try TemporaryDirectory()
    let tokens = try Tokens(in: directory)
    try await ServerFixture.with({ $0.tokensFile = tokens.file }) { server in
      try await body(server, tokens)
      _ = directory
    }
  }

  @Test func `each route asks for its scope, and open ones for nothing`() async throws {
    try await with { server, tokens in
      for path in ["/livez", "/readyz", "/healthz", "/version"] {
        #expect(try await server.get(path).status == 200)
      }
      let job = try await server.post("/missions/execute?wait=60", Missions.noop, headers: tokens["ci"]).json
      let id = try #require(job["id"]?.stringValue)
      let calls: [(Method, String, String)] = [
        (.get, "/missions", "read"), (.get, "/missions/\(id)", "read"), (.get, "/metrics", "read"),
        (.get, "/missions/\(id)/document", "read"), (.get, "/step-types", "read"),
        (.get, "/openapi.json", "read"), (.post, "/missions/execute", "submit"),
        (.post, "/missions/validate", "submit"), (.post, "/steps/execute", "submit"),
        (.post, "/missions/\(id)/cancel", "submit"), (.post, "/missions/\(id)/retry", "submit"),
        (.get, "/audit", "admin"), (.get, "/audit/events", "admin"), (.delete, "/missions/\(id)", "admin"),
      ]
      for (method, path, scope) in calls {
        #expect(try await server.ask(method, path).status == 401, "\(method.name) \(path)")
        let reader = try await server.ask(method, path, headers: tokens["reader"])
        #expect((reader.status == 403) == (scope != "read"), "\(method.name) \(path): \(reader.status)")
        let ci = try await server.ask(method, path, headers: tokens["ci"])
        #expect((ci.status == 403) == (scope == "admin"), "\(method.name) \(path): \(ci.status)")
      }
      #expect(try await server.get("/nothing").status == 401)
      #expect(try await server.get("/nothing", headers: tokens["reader"]).status == 404)
    }
  }

  @Test func `the trail tells who asked for a job, what it did and who was turned away`() async throws {
    try await with { server, tokens in
      let job = try await server.post("/missions/execute?wait=60", Missions.chain, headers: tokens["ci"]).json
      let id = try #require(job["id"]?.stringValue)
      #expect(try await server.get("/missions", headers: tokens["guess"]).status == 401)
      #expect(try await server.ask(.delete, "/missions/\(id)", headers: tokens["chief"]).status == 204)
      let page = try await server.get("/audit?mission_id=\(id)", headers: tokens["chief"]).json
      let entries = (page["entries"]?.arrayValue ?? []).compactMap { $0["entry"] }
      let actions = entries.reversed().map { $0["action"]?.stringValue ?? "" }
      #expect(actions.first == "job.submitted")
      #expect(actions.last == "job.deleted")
      #expect(actions.filter { $0 == "step.ended" }.count == 2)
      #expect(entries.last?["who"] == "token ci")
      #expect(entries.last?["address"] == "127.0.0.1")
      #expect(entries.first?["who"] == "token chief")
      #expect(page["chain"]?["verified"] == true)
      let all = try await server.get("/audit/events", headers: tokens["chief"]).json
      let failed = (all["entries"]?.arrayValue ?? []).compactMap { $0["entry"] }
        .first { $0["action"] == "login.failed" }
      #expect(failed?["address"] == "127.0.0.1")
      #expect(failed?["details"]?["failures"] == 1)
    }
  }

  @Test func `requests that were forbidden are in the trail, with who asked, for what, and why`() async throws
  {
    try await with { server, tokens in
      var page = tokens["ci"]
      page.append("Origin", "https://evil.example")
      #expect(try await server.post("/missions/execute", Missions.noop, headers: page).status == 403)
      #expect(try await server.get("/audit", headers: tokens["reader"]).status == 403)
      var entries: [JSON] = []
      while entries.count < 2 {
        let page = try await server.get("/audit", headers: tokens["chief"]).json
        entries = (page["entries"]?.arrayValue ?? []).compactMap { $0["entry"] }
          .filter { $0["action"] == "access.refused" }
      }
      #expect(entries.map { $0["who"] } == ["token reader", "unknown"])
      #expect(entries.map { $0["address"] } == ["127.0.0.1", "127.0.0.1"])
      #expect(
        entries.map { $0["details"] } == [
          [
            "path": "/audit", "reason": "the token \"reader\" has not the scope admin", "refusals": 1,
          ],
          [
            "path": "/missions/execute",
            "reason": "requests of web pages are refused: this one has the Origin https://evil.example",
            "refusals": 1,
          ],
        ])
    }
  }

  @Test func `pages of the trail lead on, and a bad question is told what is wrong`() async throws {
    try await with { server, tokens in
      _ = try await server.post("/missions/execute?wait=60", Missions.chain, headers: tokens["ci"])
      let first = try await server.get("/audit?limit=2", headers: tokens["chief"])
      #expect(first.json["entries"]?.arrayValue?.count == 2)
      let cursor = try #require(first.json["next_cursor"]?.stringValue)
      #expect(first.headers["Link"] == "</audit?limit=2&cursor=\(cursor)>; rel=\"next\"")
      let second = try await server.get("/audit?limit=2&cursor=\(cursor)", headers: tokens["chief"])
      #expect(second.json["entries"]?[0]?["seq"] != first.json["entries"]?[0]?["seq"])
      for (query, detail) in [
        ("since=yesterday", "since must be a time such as 2026-01-31T12:00:00Z, not \"yesterday\""),
        ("mission_id=x", "mission_id \"x\" is no id"), ("cursor=-", "cursor \"-\" is none that a page gave"),
        ("verify=yes", "verify must be all, not \"yes\""),
      ] {
        let answer = try await server.get("/audit?\(query)", headers: tokens["chief"])
        #expect(answer.status == 400)
        #expect(answer.json["detail"]?.stringValue == detail)
      }
      let verified = try await server.get("/audit?verify=all&limit=1", headers: tokens["chief"]).json
      #expect(verified["chain"]?["verified"] == true)
    }
  }

  @Test func `one key of two callers makes two jobs`() async throws {
    try await with { server, tokens in
      var ids: Set<String> = []
      for name in ["ci", "chief", "ci"] {
        var headers = tokens[name]
        headers.set("Idempotency-Key", "same")
        let answer = try await server.post("/missions/execute", Missions.noop, headers: headers)
        ids.insert(answer.json["id"]?.stringValue ?? "")
      }
      #expect(ids.count == 2)
    }
  }

  @Test func `a web page reaches nothing, whatever it knows`() async throws {
    try await with { server, tokens in
      var form = tokens["ci"]
      form.set("Content-Type", "application/x-www-form-urlencoded")
      form.set("Origin", "https://evil.example")
      let posted = try await server.post("/missions/execute", Missions.noop, headers: form)
      #expect(posted.status == 403)
      #expect(try await server.get("/missions", headers: tokens["ci"]).json["missions"]?.arrayValue == [])
    }
  }

  @Test func `the description says what each call asks for`() async throws {
    try await with { server, tokens in
      let document = try await server.get("/openapi.json", headers: tokens["reader"]).json
      #expect(document["components"]?["securitySchemes"]?["token"]?["scheme"] == "bearer")
      #expect(document["paths"]?["/audit"]?["get"]?["security"]?[0]?["token"]?[0] == "admin")
      #expect(document["paths"]?["/livez"]?["get"]?["security"] == [])
    }
  }
}
