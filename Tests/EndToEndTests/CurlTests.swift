import Formats
import Foundation
import TestSupport
import Testing

/// The REST API as a person with curl meets it, against one daemon.
@Suite struct CurlTests {
  private let daemon: TestDaemon
  private static let hello = """
    name: hello
    labels: {team: build}
    steps:
      - {id: say, step_type: command, parameters: {shell: true, command: "echo out; echo err >&2"}}
    """
  private static let helloJSON = #"{"name":"hello","steps":[{"id":"say","step_type":"noop"}]}"#
  /// Runs until it is cancelled, and says when it has begun.
  private static let long = """
    name: long
    steps:
      - id: wait
        step_type: command
        parameters: {shell: true, command: "echo begun; setsid sleep 997 & sleep 996"}
      - {id: after, step_type: noop, depends_on: [wait]}
    """

  init() async throws { daemon = try await TestDaemon() }

  @Test(arguments: [
    ("application/yaml", hello), ("text/yaml", hello), ("application/x-yaml", hello),
    ("application/json", helloJSON), ("application/x-www-form-urlencoded", hello),
    ("application/x-www-form-urlencoded", helloJSON), ("application/json; charset=utf-8", helloJSON),
  ])
  func `a mission is taken in the languages it is written in`(type: String, mission: String) async throws {
    let answer = try await daemon.ask("/missions/execute?wait=60", method: "POST", body: mission, type: type)
    #expect(answer.status == 200, "\(answer.body)")
    #expect(answer.json["status"] == "completed")
  }

  @Test func `what is no language of missions is 415, what is too long 413, what is invalid 400`()
    async throws
  {
    let text = try await daemon.ask("/missions/execute", method: "POST", body: Self.hello, type: "text/plain")
    #expect(text.status == 415)
    #expect(text.header("Content-Type") == "application/problem+json")
    let invalid = try await daemon.ask("/missions/execute", method: "POST", body: "name: x\nstep: []\n")
    #expect(invalid.status == 400)
    #expect(invalid.json["errors"]?.arrayValue?.last?["hint"] == "did you mean \"steps\"?", "\(invalid.body)")
    let small = try await TestDaemon(configuration: "limits: {max_mission_bytes: 1024}")
    let large = try await small.ask(
      "/missions/execute", method: "POST", body: Self.hello + String(repeating: "#", count: 2000))
    #expect(large.status == 413)
  }

  @Test func `a submission says where its job is and when to ask again`() async throws {
    let answer = try await daemon.ask("/missions/execute", method: "POST", body: Self.hello)
    #expect(answer.status == 202)
    let id = try #require(answer.json["id"]?.stringValue)
    #expect(answer.header("Location") == "/missions/\(id)")
    #expect(answer.header("Retry-After") == "1")
    let job = try await daemon.ended(id)
    #expect(job["status"] == "completed")
    #expect(job["step_results"]?["say"]?["output"]?["stdout"] == "out\n")
    #expect(try await daemon.ask("/missions/\(id)/document").body == Self.hello)
  }

  @Test func `a tag spares what is known already, and waits for what is new`() async throws {
    let id = try await daemon.submit(Self.long)
    try await daemon.step("wait", of: id, is: "running")
    let now = try await daemon.ask("/missions/\(id)")
    let tag = try #require(now.header("ETag"))
    let same = try await daemon.ask("/missions/\(id)", headers: ["If-None-Match: \(tag)"])
    #expect(same.status == 304)
    #expect(same.body == "")
    let (daemon, path) = (daemon, "/missions/\(id)?wait=60")
    async let next = daemon.ask(path, headers: ["If-None-Match: \(tag)"])
    #expect(try await daemon.ask("/missions/\(id)/cancel", method: "POST").status == 202)
    #expect(try await next.status == 200)
    #expect(try await next.header("ETag") != tag)
    #expect(try await daemon.ended(id)["status"] == "cancelled")
  }

  @Test func `a cancel ends the whole tree, and what waited is skipped`() async throws {
    let id = try await daemon.submit(Self.long)
    try await daemon.step("wait", of: id, is: "running")
    let workspace = try #require(Sessions.workspace(of: id, in: daemon))
    #expect(try await daemon.ask("/missions/\(id)", method: "DELETE").status == 409)
    #expect(try await daemon.ask("/missions/\(id)/retry", method: "POST").status == 409)
    #expect(try await daemon.ask("/missions/\(id)/cancel", method: "POST").status == 202)
    let job = try await daemon.ended(id)
    #expect(job["status"] == "cancelled")
    #expect(job["step_results"]?["wait"]?["status"] == "cancelled")
    #expect(job["step_results"]?["after"]?["status"] == "skipped")
    #expect(Sessions.working(in: workspace).isEmpty)
    #expect(try await daemon.ask("/missions/\(id)/cancel", method: "POST").status == 409)
  }

  @Test func `a job's life is told in events, from the beginning or from where one left off`() async throws {
    let id = try #require(try await daemon.execute(Self.hello)["id"]?.stringValue)
    let all = try await daemon.ask("/missions/\(id)/events")
    #expect(all.header("Content-Type") == "text/event-stream")
    let kinds = all.body.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
    #expect(kinds == ["job.queued", "job.started", "step.started", "step.finished", "job.finished"])
    let rest = try await daemon.ask("/missions/\(id)/events", headers: ["Last-Event-ID: 4"])
    #expect(rest.body.hasPrefix("id: 5\nevent: job.finished\n"))
    #expect(!rest.body.contains("id: 4"))
  }

  @Test func `events come while the job goes on`() async throws {
    let gate = daemon.directory / "gate"
    let id = try await daemon.submit(
      """
      name: gated
      steps:
        - id: wait
          step_type: command
          parameters:
            shell: true
            command: "echo begun; while [ ! -e \(gate) ]; do sleep 0.05; done; echo done"
      """)
    let events = try TestProcess("curl", ["-sSN", daemon.url + "/missions/\(id)/events"])
    let log = try TestProcess("curl", ["-sSN", daemon.url + "/missions/\(id)/steps/wait/log?follow=1"])
    try await events.waitForLine(containing: "event: step.started")
    try daemon.directory.write("", to: "gate")
    #expect(try await events.ended().output.contains("event: job.finished"))
    let followed = try await log.ended()
    // Before the step has begun there may be nothing to follow yet.
    if followed.output != "" { #expect(followed.output == "begun\ndone\n") }
  }

  @Test func `a log is given whole, by stream, by range and by attempt`() async throws {
    let id = try #require(try await daemon.execute(Self.hello)["id"]?.stringValue)
    let path = "/missions/\(id)/steps/say/log"
    let whole = try await daemon.ask(path).body
    #expect(["out\nerr\n", "err\nout\n"].contains(whole))
    #expect(try await daemon.ask(path + "?stream=stderr").body == "err\n")
    #expect(try await daemon.ask(path + "?stream=stdout").body == "out\n")
    #expect(try await daemon.ask(path + "?attempt=1").body == whole)
    #expect(try await daemon.ask(path + "?attempt=2").status == 404)
    let part = try await daemon.ask(path, options: ["-r", "4-"])
    #expect(part.status == 206)
    #expect(part.header("Content-Range") == "bytes 4-7/8")
    #expect(part.body == whole.dropFirst(4))
    #expect(try await daemon.ask(path, options: ["-r", "100-"]).status == 416)
    #expect(try await daemon.ask(path + "?follow=1").body == whole)
    #expect(try await daemon.ask("/missions/\(id)/steps/other/log").status == 404)
  }

  @Test func `a key makes one job, however often it is sent`() async throws {
    let key = ["Idempotency-Key: build-7"]
    let ask = { @Sendable [daemon] in
      try await daemon.ask("/missions/execute", method: "POST", body: Self.hello, headers: key).json["id"]
    }
    async let one = ask()
    async let other = ask()
    #expect(try await one == other)
    let quoted = try await daemon.ask(
      "/missions/execute?wait=60", method: "POST", body: Self.hello, headers: ["Idempotency-Key: \"build-7\""]
    )
    #expect(try await quoted.json["id"] == one)
    #expect(quoted.json["status"] == "completed")
    let another = try await daemon.ask(
      "/missions/execute", method: "POST", body: Self.helloJSON, type: "application/json", headers: key)
    #expect(another.status == 422)
  }

  @Test func `the list comes in pages, newest first, and by label`() async throws {
    var ids: [JSON] = []
    for _ in 1...3 { ids.insert(try #require(try await daemon.execute(Self.hello)["id"]), at: 0) }
    let first = try await daemon.ask("/missions?limit=2&label.team=build")
    let link = try #require(first.header("Link"))
    #expect(link.hasSuffix("; rel=\"next\""))
    let next = try #require(link.split(separator: ">").first?.dropFirst())
    let second = try await daemon.ask(String(next))
    let listed = [first, second].flatMap { $0.json["missions"]?.arrayValue ?? [] }.map { $0["id"] ?? .null }
    #expect(listed == ids)
    #expect(try await daemon.ask("/missions?label.team=other").json["missions"] == [])
    #expect(try await daemon.ask("/missions?status=failed").json["missions"] == [])
  }

  @Test func `a retry keeps what succeeded, and a delete leaves nothing`() async throws {
    let job = try await daemon.execute(
      """
      name: flaky
      steps:
        - {id: once, step_type: create_file, parameters: {path: a.txt, content: a}}
        - id: twice
          step_type: command
          depends_on: [once]
          parameters: {shell: true, command: "echo x >> b; [ $(wc -l < b) = 2 ]"}
      """)
    #expect(job["status"] == "failed")
    let id = try #require(job["id"]?.stringValue)
    let answer = try await daemon.ask("/missions/\(id)/retry", method: "POST")
    #expect(answer.status == 202)
    let retry = try #require(answer.json["id"]?.stringValue)
    let retried = try await daemon.ended(retry)
    #expect(retried["status"] == "completed", "\(retried.compact)")
    #expect(retried["step_results"]?["once"]?["started_at"] == job["step_results"]?["once"]?["started_at"])
    #expect(try await daemon.ask("/missions/\(id)").json["retried_as"] == .string(retry))
    #expect(try await daemon.ask("/missions/\(id)/retry", method: "POST").status == 409)
    for each in [id, retry] {
      #expect(try await daemon.ask("/missions/\(each)", method: "DELETE").status == 204)
      #expect(try await daemon.ask("/missions/\(each)").status == 404)
    }
    #expect(daemon.directory.entries("state/workspaces") == [])
    #expect(daemon.directory.entries("state/logs") == [])
  }

  @Test func `one step can be carried out by itself`() async throws {
    let body = """
      {"step": {"id": "x", "step_type": "command", "parameters": {"command": "echo {{who}}"}},
       "context": {"who": "me"}}
      """
    let answer = try await daemon.ask(
      "/steps/execute?wait=60", method: "POST", body: body, type: "application/json")
    #expect(answer.status == 200, "\(answer.body)")
    #expect(answer.json["step_results"]?["x"]?["output"]?["stdout"] == "me\n")
  }

  @Test func `what is not there is 404, and what is not offered is 405 with what is`() async throws {
    for path in ["/nothing", "/missions/xyz", "/missions/0199aaaa-0000-7000-8000-000000000000"] {
      let answer = try await daemon.ask(path)
      #expect(answer.status == 404)
      #expect(answer.json["title"] == "Not Found")
    }
    #expect(
      try await daemon.ask("/").json["detail"]
        == "there is nothing at /; GET /openapi.json tells what there is"
    )
    let put = try await daemon.ask("/missions/execute", method: "PUT")
    #expect(put.status == 405)
    #expect(put.header("Allow") == "POST")
    #expect(try await daemon.ask("/livez", method: "HEAD").status == 200)
  }

  @Test func `a web page cannot post a mission`() async throws {
    for header in ["Origin: http://example.com", "Sec-Fetch-Site: cross-site", "Host: example.com"] {
      let answer = try await daemon.ask(
        "/missions/execute", method: "POST", body: Self.hello, headers: [header])
      #expect(answer.status == 403, "\(header)")
    }
    #expect(try await daemon.ask("/missions").json["missions"] == [])
  }

  @Test func `a check says what would happen and stores nothing`() async throws {
    let valid = try await daemon.ask("/missions/validate", method: "POST", body: Self.long)
    #expect(valid.json["valid"] == true)
    #expect(valid.json["waves"] == [["wait"], ["after"]])
    let dry = try await daemon.ask("/missions/execute?dry_run=1", method: "POST", body: Self.long)
    #expect(dry.status == 200)
    #expect(dry.json == valid.json)
    let broken = try await daemon.ask("/missions/validate", method: "POST", body: "name: [")
    #expect(broken.status == 200)
    #expect(broken.json["valid"] == false)
    #expect(try await daemon.ask("/missions").json["missions"] == [])
  }

  @Test func `the reference and the figures are served`() async throws {
    #expect(try await daemon.ask("/openapi.json").json["openapi"] == "3.1.0")
    #expect(try await daemon.ask("/schema/mission.json").json["title"] == "Mission")
    #expect(try await daemon.ask("/step-types/command").json["step_type"] == "command")
    #expect(try await daemon.ask("/step-types").json["step_types"]?.arrayValue?.isEmpty == false)
    #expect(try await daemon.ask("/version").json["name"] == "missiond")
    #expect(try await daemon.ask("/readyz").json["status"] == "ready")
    #expect(try await daemon.ask("/healthz").status == 200)
    let metrics = try await daemon.ask("/metrics").body
    #expect(
      metrics.contains("missiond_http_requests_total{route=\"/version\",method=\"GET\",status=\"200\"} 1"))
  }
}
