import Drivers
import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

/// `WebSocket` and its step against a server of python3-websockets.
@Suite(.timeLimit(.minutes(2))) struct WebSocketConnectStepTests {
  private let runner: StepRunner
  private let server: WebSocketServer

  /// One server for all tests of the suite.
  private static let shared = Task { try await WebSocketServer() }

  init() async throws {
    runner = try StepRunner()
    server = try await Self.shared.value
  }

  private func run(_ path: String, _ parameters: String = "") async throws -> JSON {
    try await runner.run(WebSocketConnectStep.self, "{ url: '\(server.url(path))'\(parameters) }")
  }

  @Test func `a message is sent and its answer received`() async throws {
    let output = try await run("/echo", ", message: hello, expect_messages: 1")
    #expect(
      output == [
        "url": .string(server.url("/echo")), "connected": true, "message_sent": true,
        "received": ["hello"], "close_code": 1000,
      ])
  }

  @Test func `a server whose authority is named is spoken to through TLS`() async throws {
    try runner.directory.write(TestFile.text(at: server.authority), to: "ca.pem")
    let url = server.url("/echo", secure: true)
    let output = try await runner.run(
      WebSocketConnectStep.self,
      "{ url: '\(url)', ca_file: ca.pem, message: hello, expect_messages: 1, timeout: 20 }")
    #expect(output["received"] == ["hello"])
    #expect(output["url"] == .string(url))
  }

  @Test func `an authority that the host does not know is not trusted, unless told so`() async throws {
    let url = server.url("/echo", secure: true)
    let failed = await failure { try await runner.run(WebSocketConnectStep.self, "{ url: '\(url)' }") }
    #expect(
      failed?.message
        == "connect \(url): the server's certificate is not trusted: unable to get local issuer "
        + "certificate; name the authority that signed it with ca_file")
    let output = try await runner.run(WebSocketConnectStep.self, "{ url: '\(url)', verify_tls: false }")
    #expect(output["connected"] == true)
  }

  @Test func `several messages go in order, values as JSON, long ones whole`() async throws {
    let long = String(repeating: "x", count: 300_000)
    let output = try await run("/echo", ", messages: [{ a: [1] }, '\(long)', ''], expect_messages: 3")
    #expect(output["received"] == ["{\"a\":[1]}", .string(long), ""])
  }

  @Test func `a pattern waits for the message that it matches`() async throws {
    let output = try await run("/echo", ", messages: [one, two, three], expect_pattern: '^tw'")
    #expect(output["received"] == ["one", "two"])
  }

  @Test func `fields and the user of the address reach the server`() async throws {
    let url = server.url("/headers").replacing("ws://", with: "ws://joe:secret@")
    let output = try await runner.run(
      WebSocketConnectStep.self, "{ url: '\(url)', headers: { X-A: b }, expect_messages: 2 }")
    #expect(output["received"] == ["b", "Basic am9lOnNlY3JldA=="])
    #expect(output["url"] == .string(server.url("/headers")))
  }

  @Test func `a binary message comes as base64`() async throws {
    #expect(try await run("/binary", ", expect_messages: 1")["received"] == [["base64": "AAE="]])
  }

  @Test func `without anything to wait for, it opens and closes`() async throws {
    let output = try await run("/silent")
    #expect(output["message_sent"] == false)
    #expect(output["received"] == [])
    #expect(output["close_code"] == 1000)
  }

  @Test func `a server that closes, dies or stays silent is told`() async {
    let closed = await failure { try await run("/close", ", expect_messages: 2") }
    #expect(
      closed?.message
        == "connect \(server.url("/close")): the server closed with 4001 (enough) after 0 of 2 messages")
    #expect(closed?.output?["close_code"] == 4001)
    let dead = await failure { try await run("/die", ", expect_pattern: a") }
    #expect(
      [
        "the connection ended before a message matched \"a\"",
        "the connection broke: connection reset by peer (104)",
      ].contains(dead?.message.replacing("connect \(server.url("/die")): ", with: "") ?? ""))
    let silent = await failure { try await run("/silent", ", expect_messages: 1, timeout: 0.2") }
    #expect(
      silent?.message
        == "connect \(server.url("/silent")): no complete answer before the timeout; raise timeout")
  }

  @Test func `a server that is not there or speaks otherwise is told`() async throws {
    let port = try FreePort().number
    let refused = await failure {
      try await runner.run(WebSocketConnectStep.self, "{ url: 'ws://127.0.0.1:\(port)' }")
    }
    #expect(
      refused?.message
        == "connect ws://127.0.0.1:\(port)/: 127.0.0.1:\(port) cannot be reached: connection refused (111)")
    let web = try LoopbackServer { _ in .last("HTTP/1.1 404 Not Found\r\n\r\n") }
    let failed = await failure {
      try await runner.run(WebSocketConnectStep.self, "{ url: 'ws://127.0.0.1:\(web.port)/a' }")
    }
    #expect(
      failed?.message == "connect ws://127.0.0.1:\(web.port)/a: "
        + "the server answers with status 404 and opens no WebSocket")
  }

  @Test func `a missing library and a denied address are told`() async throws {
    var bare = runner
    bare.capabilities.network = .live(Curl(lookup: .empty))
    let poor = bare
    let url = server.url("/echo", secure: true)
    let missing = await failure {
      try await poor.run(WebSocketConnectStep.self, "{ url: '\(url)', timeout_seconds: 20 }")
    }
    #expect(missing?.message == "connect \(url): libcurl.so.4 is not on this host; install libcurl4")
    // Without TLS there is no need for it.
    let plain = try await poor.run(WebSocketConnectStep.self, "{ url: '\(server.url("/silent"))' }")
    #expect(plain["connected"] == true)
    bare.capabilities.network = .live(rule: AddressRule { "\($0) is not for you" })
    let denied = bare
    let place = server.url("/echo")
    let refused = await failure { try await denied.run(WebSocketConnectStep.self, "{ url: '\(place)' }") }
    #expect(refused?.kind == .denied)
    #expect(refused?.message.hasSuffix(" is not for you") == true)
  }

  @Test func `a cancel closes the connection at once`() async throws {
    let server = try LoopbackServer { _ in .silence("") }
    let work = Task {
      try await runner.run(WebSocketConnectStep.self, "{ url: 'ws://127.0.0.1:\(server.port)/' }")
    }
    try await server.requests.wait("the opening", timeout: .seconds(20)) { $0.count == 1 }
    work.cancel()
    let failed = await failure { try await work.value }
    #expect(failed?.kind == .cancelled)
    try await server.departures.wait("the close", timeout: .seconds(20)) { $0 == 1 }
  }

  @Test(arguments: [
    ("{ }", "/url: is required"),
    ("{ url: 'http://a' }", "/url: has no scheme for a WebSocket; begin it with ws:// or wss://"),
    ("{ url: 'ws://a:0' }", "/url: has a port that is no number from 1 to 65535"),
    (
      "{ url: 'ws://a', headers: { Sec-WebSocket-Key: x } }",
      "/headers: Sec-WebSocket-Key is set by the client itself"
    ),
    (
      "{ url: 'ws://a', expect_messages: -1 }",
      "/expect_messages: expected a whole number from 0 to 1000000, not -1"
    ),
    ("{ url: 'ws://a', timeout: 0 }", "/timeout: expected a number from 0.001 to 86400.0, not 0"),
  ])
  func `wrong parameters are told at submission`(parameters: String, problem: String) throws {
    #expect(try StepRunner.problems(WebSocketConnectStep.self, parameters) == [problem])
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(WebSocketConnectStep.self) }
}
