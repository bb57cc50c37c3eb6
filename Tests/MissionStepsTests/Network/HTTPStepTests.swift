import Drivers
import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

@Suite struct HTTPStepTests {
  private var runner: StepRunner

  init() throws { runner = try StepRunner() }

  private static func answer(_ text: String, type: String = "text/plain", status: String = "200 OK") -> String
  {
    "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
  }

  /// Runs the step against a server that answers with `reply`; gives the output and what was asked.
  private func run(
    _ parameters: String, path: String = "/a", _ reply: LoopbackServer.Reply = .bytes(answer("hello"))
  ) async throws -> (output: JSON, request: String) {
    let server = try LoopbackServer { _ in reply }
    let output = try await runner.run(HTTPStep.self, "{ url: '\(server.url(path))'\(parameters) }")
    return (output, server.requests.value.joined(separator: "--"))
  }

  @Test func `an address is fetched, and the answer taken apart`() async throws {
    let server = try LoopbackServer { _ in
      .bytes(
        "HTTP/1.1 200 OK\r\nX-One: 1\r\nx-one: 2\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
      )
    }
    let output = try await runner.run(HTTPStep.self, "{ url: '\(server.url("/a?b=1#c"))' }")
    #expect(output["url"] == .string(server.url("/a?b=1")))
    #expect(output["method"] == "GET")
    #expect(output["status"] == 200)
    #expect(
      output["headers"] == ["x-one": "1, 2", "content-type": "text/plain", "content-length": "5"])
    #expect(output["response"] == "hello")
    #expect(output["body_bytes"] == 5)
    #expect(output["remote_ip"] == "127.0.0.1")
    #expect(output["output_file"] == JSON.null)
    #expect(output["error"] == JSON.null)
    #expect(
      server.requests.value == [
        "GET /a?b=1 HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nAccept: */*\r\n"
          + "Accept-Encoding: \(Self.encodings(server))\r\nUser-Agent: missiond\r\n\r\n"
      ])
  }

  /// The encodings that this host's libcurl knows.
  private static func encodings(_ server: LoopbackServer) -> String {
    let head = server.requests.value.first ?? ""
    let line = head.split(separator: "\r\n").first { $0.hasPrefix("Accept-Encoding: ") } ?? ""
    return String(line.dropFirst("Accept-Encoding: ".count))
  }

  @Test(
    arguments: [
      (", body: text", "text", "POST", nil),
      (", body: { a: [1] }", #"{"a":[1]}"#, "POST", "application/json"),
      (", form: { a: 'x y', b: '&' }", "a=x%20y&b=%26", "PUT", "application/x-www-form-urlencoded"),
      (", body_file: f", "of a file", "POST", nil),
      (", body: [], headers: { content-type: x/y }", "[]", "PATCH", "x/y"), (", body: ''", "", "POST", nil),
    ] as [(String, String, String, String?)])
  func `a body is sent with its type`(
    parameters: String, body: String, method: String, type: String?
  ) async throws {
    try runner.directory.write("of a file", to: "f")
    let (output, request) = try await run("\(parameters), method: \(method.lowercased())")
    #expect(output["method"] == .string(method))
    #expect(request.hasPrefix("\(method) /a HTTP/1.1\r\n"))
    #expect(request.hasSuffix("\r\n\r\n\(body)"))
    #expect(request.contains("\r\nContent-Length: \(body.utf8.count)\r\n"))
    let line = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-type: ") }
    #expect(line.map { String($0.dropFirst("content-type: ".count)) } == type)
    #expect(!request.contains("Expect"))
  }

  @Test(arguments: [
    (", headers: { X-A: 'b c', X-Empty: '' }", "\r\nX-A: b c\r\nX-Empty:"),
    (", auth: { basic: { username: u, password: 'p:w' } }", "\r\nAuthorization: Basic dTpwOnc=\r\n"),
    (", auth: { bearer: abc }", "\r\nAuthorization: Bearer abc\r\n"),
    (", query: { a: 'x&y', b: 2 }", "GET /a?a=x%26y&b=2 HTTP/1.1\r\n"),
    (", headers: { User-Agent: me }", "\r\nUser-Agent: me\r\n"),
  ])
  func `what a request is to carry goes with it`(parameters: String, part: String) async throws {
    #expect(try await run(parameters).request.contains(part))
  }

  @Test func `a password in the address is used and shown nowhere`() async throws {
    let server = try LoopbackServer { _ in .bytes(Self.answer("", status: "401 Unauthorized")) }
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: 'http://joe:s%20cret@127.0.0.1:\(server.port)/' }")
    }
    #expect(failed?.message == "get \(server.url("/")): status 401, expected 2xx")
    #expect(failed?.output?["url"] == .string(server.url("/")))
    #expect(server.requests.value[0].contains("\r\nAuthorization: Basic am9lOnMgY3JldA==\r\n"))
  }

  @Test(arguments: [
    ("application/json", "{\"a\": [1, null]}", #"{"a":[1,null]}"#),
    ("application/problem+json; charset=utf-8", "[1]", "[1]"), ("application/json", "{", #""{""#),
    ("text/plain", "{}", #""{}""#),
  ])
  func `an answer that is JSON comes as its value`(type: String, text: String, value: String) async throws {
    let output = try await run("", .bytes(Self.answer(text, type: type))).output
    #expect(output["response"]?.compact == value)
  }

  @Test func `HEAD and an empty answer have no text`() async throws {
    let head = try await run(", method: HEAD", .bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))
    #expect(head.output["body_bytes"] == 0)
    #expect(head.output["headers"]?["content-length"] == "9")
    let empty = try await run("", .bytes("HTTP/1.1 204 No Content\r\n\r\n"))
    #expect(empty.output["response"] == "")
  }

  @Test(arguments: [
    ("201", "201 Created", true), ("[200, 204]", "204 No Content", true), ("2xx", "299 Odd", true),
    ("[2xx, 404]", "404 Not Found", true), ("200", "201 Created", false), ("4xx", "500 Oops", false),
  ])
  func `the status must be an expected one`(expected: String, status: String, isGood: Bool) async throws {
    let number = status.prefix(3)
    let text = number == "204" ? "" : "why\nmore"
    let server = try LoopbackServer { _ in .bytes(Self.answer(text, status: status)) }
    let failed = await failure {
      try await runner.run(
        HTTPStep.self, "{ url: '\(server.url("/"))', expected_status: \(expected) }")
    }
    #expect(
      failed?.message
        == (isGood ? nil : "get \(server.url("/")): status \(number), expected \(expected): why"))
    if !isGood { #expect(failed?.output?["response"] == "why\nmore") }
  }

  @Test func `a body is kept in a file, whole or not at all`() async throws {
    let text = String(repeating: "0123456789", count: 100_000)
    let whole = try await run(", output_file: out/a", .bytes(Self.answer(text))).output
    #expect(try runner.directory.read("out/a") == text)
    #expect(whole["output_file"] == "out/a")
    #expect(whole["response"] == JSON.null)
    #expect(whole["body_bytes"] == 1_000_000)
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
    let failed = await failure { try await run(", output_file: b", .last(cut)) }
    #expect(
      failed?.message.hasSuffix(": the server closed the connection before its answer was complete") == true)
    #expect(runner.directory.entries() == ["out"])
  }

  @Test(arguments: [
    (", max_body_bytes: 4", false), (", max_body_bytes: 5", true),
    (", max_body_bytes: 4, output_file: f", false),
  ])
  func `a body may be as long as allowed`(parameters: String, isGood: Bool) async throws {
    let server = try LoopbackServer { _ in .bytes(Self.answer("hello")) }
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))'\(parameters) }")
    }
    #expect(
      failed?.message
        == (isGood
          ? nil
          : "get \(server.url("/")): the body is longer than 4 bytes; raise max_body_bytes or use output_file")
    )
  }

  @Test func `what is no text is told`() async throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
    let good = try await run("", .bytes(head + "aä")).output
    #expect(good["response"] == "aä")
    #expect(runner.warnings.value == [])
    let bad = try await run("", .octets(Array(head.utf8) + [0x61, 0xE4, 0x62])).output
    #expect(bad["response"] == "a\u{FFFD}b")
    #expect(runner.warnings.value == ["the answer is no UTF-8 text; keep its bytes with output_file"])
  }

  @Test(arguments: ["body_file: none, method: POST", "ca_file: none"])
  func `a file that is not there is told before anything is sent`(parameters: String) async throws {
    let server = try LoopbackServer { _ in .bytes("") }
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))', \(parameters) }")
    }
    #expect(failed?.message == "read none: no such file or directory (2)")
    #expect(server.connections.value == 0)
  }

  @Test func `a missing library and a denied address are told, whatever on_error says`() async throws {
    var bare = runner
    bare.capabilities.network = .live(Curl(lookup: .empty))
    let poor = bare
    let url = "http://127.0.0.1:1/"
    let missing = await failure { try await poor.run(HTTPStep.self, "{ url: '\(url)' }") }
    #expect(missing?.message == "get \(url): libcurl.so.4 is not on this host; install libcurl4")
    bare.capabilities.network = .live(rule: AddressRule { "\($0) is not for you" })
    let denied = bare
    let refused = await failure {
      try await denied.run(HTTPStep.self, "{ url: '\(url)', on_error: continue }")
    }
    #expect(refused?.kind == .denied)
    #expect(refused?.message == "get \(url): 127.0.0.1:1 is not for you")
  }

  @Test func `a failure may be gone over`() async throws {
    let gone = try FreePort()
    let output = try await runner.run(
      HTTPStep.self, "{ url: 'http://127.0.0.1:\(gone.number)/', on_error: continue }")
    #expect(output["status"] == JSON.null)
    #expect(
      output["error"]
        == .string(
          "get http://127.0.0.1:\(gone.number)/: 127.0.0.1:\(gone.number) cannot be reached: "
            + "connection refused (111)"))
    let refused = try await run(", on_error: continue", .bytes(Self.answer("no", status: "403 No"))).output
    #expect(refused["status"] == 403)
    #expect(refused["response"] == "no")
  }

  @Test(arguments: [
    ("", "the server closed the connection without an answer"),
    ("SSH-2.0-x\r\n", "the server does not answer in HTTP; check the port"),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
      "the server closed the connection before its answer was complete"
    ),
  ])
  func `a broken answer is told`(text: String, problem: String) async throws {
    let server = try LoopbackServer { _ in .last(text) }
    let failed = await failure { try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))' }") }
    #expect(failed?.message == "get \(server.url("/")): \(problem)")
    #expect(failed?.kind == .failed)
  }

  @Test(arguments: ["timeout", "timeout_seconds"])
  func `a slow answer is given up`(spelling: String) async throws {
    let server = try LoopbackServer { _ in .silence("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") }
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))', \(spelling): 1 }")
    }
    #expect(failed?.message == "get \(server.url("/")): no complete answer before the timeout; raise timeout")
  }

  @Test func `a cancel ends the request and its connection at once`() async throws {
    let server = try LoopbackServer { _ in .silence("") }
    let (runner, url) = (runner, server.url("/"))
    let task = Task { await failure { try await runner.run(HTTPStep.self, "{ url: '\(url)' }") } }
    try await server.requests.wait("the request") { $0.count == 1 }
    let began = ContinuousClock.now
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(ContinuousClock.now - began < .seconds(10))
    try await server.departures.wait("the end of the connection") { $0 == 1 }
  }

  @Test func `a cloud's metadata service is refused`() async throws {
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: 'http://169.254.169.254/latest/', on_error: continue }")
    }
    #expect(failed?.kind == .denied)
    #expect(
      failed?.message
        == "get http://169.254.169.254/latest/: 169.254.169.254:80 is denied by "
        + "the rule \"169.254.169.254\"; to allow it, take the rule out of policy.hosts.deny in missiond.yaml"
    )
  }

  @Test(arguments: [
    ("{}", ["/url: is required"]),
    ("{ url: 'ftp://a/' }", ["/url: has the scheme \"ftp\"; http and https are possible"]),
    ("{ url: '{{x}}' }", []),
    ("{ url: 'http://' }", ["/url: names no host"]),
    ("{ url: 'http://a/', method: 'A B' }", ["/method: \"A B\" cannot be a method"]),
    ("{ url: 'http://a/', method: HEAD, body: x }", ["/method: HEAD takes no body"]),
    (
      "{ url: 'http://a/', body: x, form: {} }",
      ["/form: excludes \"body\"; give one of \"body\", \"body_file\", \"form\""]
    ),
    ("{ url: 'http://a/', headers: { 'A B': 1 } }", ["/headers: \"A B\" cannot name a header"]),
    (
      "{ url: 'http://a/', headers: { A: \"b\\nC: d\" } }",
      ["/headers: the value of A holds a control character"]
    ),
    (
      "{ url: 'http://a/', headers: { Content-Length: 1 } }",
      ["/headers: Content-Length is set by the client itself"]
    ),
    (
      "{ url: 'http://a/', auth: { digest: x } }",
      ["/auth: expected {basic: {username, password}} or {bearer: token}, not {\"digest\":\"x\"}"]
    ),
    (
      "{ url: 'http://a/', expected_status: 99 }",
      ["/expected_status: expected a status from 100 to 599, 2xx and the like, or a list of them, not 99"]
    ),
    (
      "{ url: 'http://a/', follow_redirects: 51 }",
      ["/follow_redirects: expected a whole number from 0 to 50, not 51"]
    ),
    (
      "{ url: 'http://a/', on_error: stop }",
      ["/on_error: expected one of \"fail\", \"continue\", not \"stop\""]
    ),
    ("{ url: 'http://a/', timout: 1 }", ["/timout: unknown parameter; did you mean \"timeout\"?"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(HTTPStep.self, parameters) == problems)
  }

  @Test func `the example is complete`() throws {
    #expect(try StepRunner.example(HTTPStep.self)["method"] == "POST")
  }
}
