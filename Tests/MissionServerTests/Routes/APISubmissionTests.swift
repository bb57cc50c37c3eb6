import Formats
import HTTP
import MissionModel
import TestSupport
import Testing

@testable import MissionServer

@Suite struct APISubmissionTests {
  @Test func `a mission is accepted at once, with its place and the summary`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.post("/missions/execute", Missions.noop)
      #expect(reply.status == 202)
      let id = try #require(reply.json["id"]?.stringValue)
      #expect(reply.headers["Location"] == "/missions/\(id)")
      #expect(reply.headers["Retry-After"] == "1")
      #expect(reply.json["status"] == "queued")
      #expect(reply.json["step_results"] == nil)
    }
  }

  @Test func `who waits gets the whole job`() async throws {
    try await ServerFixture.with { server in
      for headers: Headers in [["Prefer": "respond-async, wait=30"], [:]] {
        let query = headers.count == 0 ? "?wait=30" : ""
        let reply = try await server.post("/missions/execute\(query)", Missions.chain, headers: headers)
        #expect(reply.status == 200)
        #expect(reply.json["status"] == "completed")
        #expect(reply.json["labels"] == ["team": "red"])
        #expect(reply.json["step_results"]?["b"]?["output"]?["message"] == "hi again")
        #expect(reply.json["step_results"]?.objectValue?.keys == ["b", "a"], "document order")
      }
    }
  }

  @Test func `who waits for a job that somebody cancels gets its end, not the request for it`() async throws {
    try await ServerFixture.with { server in
      async let answer = server.post("/missions/execute?wait=60", Missions.endless)
      var id: String?
      while id == nil {
        id = try await server.get("/missions?status=running").json["missions"]?[0]?["id"]?.stringValue
      }
      _ = try await server.post("/missions/\(id ?? "")/cancel")
      let reply = try await answer
      #expect(reply.status == 200)
      #expect(reply.json["status"] == "cancelled")
      #expect(reply.headers["Location"] == "/missions/\(id ?? "")")
      #expect(reply.headers["Preference-Applied"] == "wait=60")
    }
  }

  @Test func `a wait that ends before the job answers as no wait does`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.post("/missions/execute?wait=0", Missions.endless)
      #expect(reply.status == 202)
    }
  }

  @Test func `a bad mission is refused with all its problems and their places`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.post(
        "/missions/execute", "name: x\nsteps:\n  - {id: a, step_type: nop, depend_on: b}\n")
      #expect(reply.status == 400)
      #expect(reply.headers["Content-Type"] == "application/problem+json")
      let errors = reply.json["errors"]?.arrayValue ?? []
      #expect(errors.count == 2)
      #expect(errors.allSatisfy { $0["line"] == 3 })
      #expect(errors.contains { $0["hint"]?.stringValue?.contains("depends_on") == true })
      #expect(try await server.get("/missions").json["missions"] == [])
    }
  }

  @Test(arguments: ["/missions/execute", "/missions/validate", "/steps/execute"])
  func `who lets curl drop the line breaks of a document is told`(path: String) async throws {
    try await ServerFixture.with { server in
      let text = "name: x\nsteps:\n  - {id: a, step_type: noop}\n"
      let sent = text.filter { $0 != "\n" }
      let errors = try await server.post(path, sent).json["errors"]?.arrayValue ?? []
      #expect(errors.count == 1)
      #expect(errors.first?["message"] == "mapping values are not allowed in this context")
      #expect(
        errors.first?["hint"]
          == "all of it is one line; curl keeps line breaks with --data-binary, and drops them with -d")
      // Other mistakes in one line are what they are.
      for other in ["{name: x, steps: [}", "name: x", "{\"name\": }"] {
        let hints = try await server.post(path, other).json["errors"]?.arrayValue?.map { $0["hint"] }
        #expect(hints?.isEmpty == false)
        #expect(hints?.contains { $0?.stringValue?.contains("curl") == true } == false, "\(other)")
      }
    }
  }

  @Test(arguments: [
    ("application/json", 400), ("application/yaml", 202), ("text/yaml; charset=utf-8", 202),
    ("application/x-yaml", 202), ("application/x-www-form-urlencoded", 202), ("text/plain", 415),
    ("application/xml", 415),
  ])
  func `the media type says which language it is`(type: String, status: Int) async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let reply = try await server.post("/missions/execute", Missions.noop, headers: ["Content-Type": type])
      #expect(reply.status == status)
    }
  }

  @Test func `packed content is refused as what it is`() async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let packed = try await server.post(
        "/missions/execute", Missions.noop, headers: ["Content-Encoding": "gzip"])
      #expect(packed.status == 415)
      #expect(packed.headers["Accept-Encoding"] == "identity")
      #expect(
        packed.json["detail"] == "content in the coding \"gzip\" is not unpacked here; send it as it is")
      let plain = try await server.post(
        "/missions/execute", Missions.noop, headers: ["Content-Encoding": "Identity"])
      #expect(plain.status == 202)
    }
  }

  @Test func `the detail names the place of the first problem`() async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let reply = try await server.post(
        "/missions/execute", "name: x\nsteps: [{id: a, step_type: comand}]", headers: [:])
      #expect(
        reply.json["detail"]
          == "the mission has one problem: /steps/0/step_type: unknown step type \"comand\"")
    }
  }

  @Test(arguments: [
    ("priority=101", 400), ("priority=-100", 202), ("priority=x", 400), ("wait=301", 400), ("wiat=3", 400),
    ("unknown_fields=no", 400), ("context.=x", 400), ("context.who=x", 202), ("workspace=/nowhere", 400),
    ("workspace=relative", 400),
  ])
  func `what a query may say has bounds`(query: String, status: Int) async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let reply = try await server.post("/missions/execute?\(query)", Missions.noop)
      #expect(reply.status == status, "\(reply.text)")
    }
  }

  @Test func `a dry run and validate only say what would be`() async throws {
    try await ServerFixture.with { server in
      for path in ["/missions/execute?dry_run=1", "/missions/validate"] {
        let reply = try await server.post(path, Missions.chain)
        #expect(reply.status == 200)
        #expect(reply.json["valid"] == true)
        #expect(reply.json["execution_order"] == ["a", "b"])
        #expect(reply.json["waves"] == [["a"], ["b"]])
      }
      let broken = try await server.post("/missions/validate", "name: [")
      #expect(broken.status == 200)
      #expect(broken.json["valid"] == false)
      #expect(broken.json["errors"]?.arrayValue?.isEmpty == false)
      #expect(try await server.get("/missions").json["missions"] == [])
    }
  }

  @Test func `a query's context variables reach the steps`() async throws {
    try await ServerFixture.with { server in
      let job = try await server.execute(
        "name: x\nsteps: [{id: a, step_type: noop, parameters: {message: \"{{who}}\"}}]",
        query: "&context.who=world")
      #expect(job["step_results"]?["a"]?["output"]?["message"] == "world")
    }
  }

  @Test(arguments: [
    (
      "true", "echo {{t}}",
      "{{t}} would be read by the shell; "
        + "end it in shell_quote, or in raw to have the shell read it"
    ),
    ("true", "echo 'x  y' {{t | shell_quote}}", "x  y a; echo b\n"),
    ("true", "echo {{t | raw}}", "a\nb\n"), ("false", "echo 'x  y' {{t}}", "x  y a; echo b\n"),
  ])
  func `a shell that is asked for by a placeholder has the same rules`(
    shell: String, command: String, result: String
  ) async throws {
    let mission = """
      name: x
      steps: [{id: a, step_type: command, parameters: {shell: "{{sh}}", command: "\(command)"}}]
      """
    try await ServerFixture.with { server in
      let job = try await server.execute(mission, query: "&context.sh=\(shell)&context.t=a%3B%20echo%20b")
      let step = try #require(job["step_results"]?["a"], "\(job.compact)")
      #expect((step["error"]?.stringValue ?? step["output"]?["stdout"]?.stringValue) == result)
    }
  }

  @Test func `one step is a job of its own`() async throws {
    try await ServerFixture.with { server in
      let body =
        #"{"step": {"step_type": "noop", "parameters": {"message": "{{who}}"}}, "context": {"who": "me"}}"#
      let reply = try await server.post("/steps/execute?wait=30", body)
      #expect(reply.status == 200)
      #expect(reply.json["step_results"]?["step"]?["output"]?["message"] == "me")
      let bad = try await server.post("/steps/execute", #"{"step": {"step_type": "noop", "parametres": {}}}"#)
      #expect(bad.status == 400)
      #expect(bad.json["errors"]?[0]?["pointer"] == "/step/parametres")
    }
  }

  @Test func `the same key and request give the same job, another request is refused`() async throws {
    try await ServerFixture.with { server in
      let key: Headers = ["Idempotency-Key": "\"k1\""]
      let first = try await server.post("/missions/execute", Missions.noop, headers: key)
      let again = try await server.post(
        "/missions/execute?wait=30", Missions.noop, headers: ["Idempotency-Key": "k1"])
      #expect(again.status == 200)
      #expect(first.json["id"] == again.json["id"])
      let other = try await server.post("/missions/execute", Missions.chain, headers: key)
      #expect(other.status == 422)
      let wrong = try await server.post("/missions/execute", #"{"name": "n"}"#, headers: key)
      #expect(wrong.status == 422)
      let unused: Headers = ["Idempotency-Key": "k2"]
      #expect(try await server.post("/missions/execute", #"{"name": "n"}"#, headers: unused).status == 400)
      #expect(try await server.get("/missions").json["missions"]?.arrayValue?.count == 1)
    }
  }

  @Test func `a repeat finds its job although a first request would be refused by now`() async throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("x", to: "named/file")
    try await ServerFixture.with({ ($0.executors, $0.writePaths) = (0, [directory.path]) }) { server in
      let target = "/missions/execute?workspace=\(directory / "named")"
      let key: Headers = ["Idempotency-Key": "k"]
      let first = try await server.post(target, Missions.noop, headers: key)
      #expect(first.status == 202)
      TreeRemoval.remove(directory / "named")
      #expect(try await server.post(target, Missions.noop, headers: key).json["id"] == first.json["id"])
      #expect(try await server.post(target, Missions.noop).status == 400)
      server.daemon.health.set(.disk, "no space")
      #expect(try await server.post(target, Missions.noop, headers: key).json["id"] == first.json["id"])
      #expect(try await server.post(target, Missions.chain, headers: key).status == 422)
      #expect(try await server.post(target, Missions.noop).status == 503)
    }
  }

  @Test func `a step with a key is the same request by its bytes alone`() async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let key: Headers = ["Idempotency-Key": "k"]
      let step = #"{"step": {"id": "a", "step_type": "noop"}}"#
      let first = try await server.post("/steps/execute", step, headers: key)
      #expect(first.status == 202)
      #expect(try await server.post("/steps/execute", step, headers: key).json["id"] == first.json["id"])
      for other in [step + " ", #"{"step": 1}"#, "{"] {
        #expect(try await server.post("/steps/execute", other, headers: key).status == 422)
      }
    }
  }

  @Test func `of many requests at once with one key the first makes the job`() async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let ids = try await withThrowingTaskGroup(of: JSON?.self) { group in
        for _ in 0..<16 {
          group.addTask {
            try await server.post("/missions/execute", Missions.noop, headers: ["Idempotency-Key": "k"])
              .json["id"]
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(ids.count == 16)
      #expect(ids.allSatisfy { $0 != nil && $0 == ids[0] })
      #expect(try await server.get("/missions").json["missions"]?.arrayValue?.count == 1)
    }
  }

  @Test(arguments: [
    ("", 400), (String(repeating: "k", count: 255), 202), (String(repeating: "k", count: 256), 400),
  ])
  func `a key has 1 to 255 characters`(key: String, status: Int) async throws {
    try await ServerFixture.with({ $0.executors = 0 }) { server in
      let reply = try await server.post(
        "/missions/execute", Missions.noop, headers: ["Idempotency-Key": "\"\(key)\""])
      #expect(reply.status == status)
    }
  }

  @Test func `a full queue refuses with 429`() async throws {
    try await ServerFixture.with({ ($0.executors, $0.limits.maxQueued) = (0, 2) }) { server in
      for status in [202, 202, 429] {
        let reply = try await server.post("/missions/execute", Missions.noop)
        #expect(reply.status == status)
        if status == 429 { #expect(reply.headers["Retry-After"] == "5") }
      }
    }
  }

  @Test func `a document over the limit is refused with 413`() async throws {
    try await ServerFixture.with({ $0.limits.maxMissionBytes = 1024 }) { server in
      let long = "name: " + String(repeating: "x", count: 2000)
      let reply = try await server.post("/missions/execute", long)
      #expect(reply.status == 413)
    }
  }

  @Test func `a document of more than a mebibyte goes by way of the disk`() async throws {
    try await ServerFixture.with { server in
      let text = String(repeating: "x", count: 1_200_000)
      let job = try await server.execute(
        "name: long\nsteps: [{id: a, step_type: noop, parameters: {message: \(text)}}]")
      #expect(job["status"] == "completed")
      #expect(job["step_results"]?["a"]?["output"]?["message"]?.stringValue?.count == text.count)
    }
  }
}
