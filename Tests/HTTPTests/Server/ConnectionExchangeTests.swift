import Glibc
import Posix
import TestSupport
import Testing

@testable import HTTP

/// From a request with its content to its handler, and what is said where there is none.
@Suite(.timeLimit(.minutes(1))) struct ConnectionExchangeTests {
  private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
  }

  private func post(_ body: String, _ fields: String = "") -> String {
    "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
  }

  @Test func `content is taken whole or in chunks`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(post("hello"))
    #expect(await client.answer().body == "hello")
    await client.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
    #expect(await client.answer().body == "hello")
    await client.send(post(""))
    #expect(await client.answer().body == "none")
    await running.stop()
  }

  @Test(arguments: [1024 * 1024, 1024 * 1024 + 1, 2_999_999, 3_000_000])
  func `long content comes back byte for byte, and leaves no file behind`(length: Int) async throws {
    let running = try await RunningServer()
    let client = try running.client()
    let body = String(decoding: (0..<length).map { UInt8(0x30 + $0 % 61) }, as: UTF8.self)
    await client.send(post(body))
    #expect(await client.answer().body == body)
    #expect(running.directory.entries().isEmpty)
    await running.stop()
  }

  @Test func `content over the limit is refused, and the client sees why`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(post(String(repeating: "x", count: 3_000_001)))
    let answer = await client.answer()
    #expect(answer.status == "HTTP/1.1 413 Content Too Large")
    #expect(answer.body.contains("the content is over 3000000 bytes"))
    await running.stop(patience: .zero)
  }

  @Test func `content that cannot be kept is refused, and the server goes on`() async throws {
    let running = try await RunningServer()
    chmod(running.directory.path, 0)
    rmdir(running.directory.path)
    let client = try running.client()
    await client.send(post(String(repeating: "x", count: 2_000_000)))
    #expect(await client.answer().status == "HTTP/1.1 503 Service Unavailable")
    let next = try running.client()
    await next.send(get("/quick/1"))
    #expect(await next.answer().body == "quick 1")
    await running.stop(patience: .zero)
  }

  @Test func `a client that asks is told to go on before it sends`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    #expect(await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
    await client.send("hello")
    #expect(await client.answer().body == "hello")
    await client.send(
      "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    #expect(await client.answer().status == "HTTP/1.1 404 Not Found")
    await running.stop(patience: .zero)
  }

  @Test func `what is missing or not offered is said so`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/nowhere"))
    #expect(await client.answer().status == "HTTP/1.1 404 Not Found")
    await client.send(get("/echo"))
    let head = await client.read(until: "\r\n\r\n")
    #expect(head.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
    #expect(head.contains("\r\nAllow: POST\r\n"))
    await running.stop()
  }

  @Test func `a handler that waits for a client learns that it has gone`() async throws {
    let running = try await RunningServer()
    var client: RawClient? = try running.client()
    await client?.send(get("/held/1"))
    try await running.begun.wait("the request") { $0 == ["/held/1"] }
    client = nil
    try await running.gone.wait("the client's leaving") { $0 == ["/held/1"] }
    await running.stop()
  }

  @Test func `a middleware can turn a request away, and name its caller`() async throws {
    let running = try await RunningServer(middleware: [Doorkeeper()])
    let client = try running.client()
    await client.send(get("/quick/1"))
    #expect(await client.answer().status == "HTTP/1.1 401 Unauthorized")
    await client.send(get("/quick/1", "Authorization: me\r\n"))
    #expect(await client.answer().body == "quick 1")
    let seen = try await running.exchanges.wait("two exchanges") { $0.count == 2 }
    #expect(seen.map(\.caller) == [nil, Caller(name: "me", scopes: ["read"])])
    #expect(seen.map(\.status) == [401, 200])
    #expect(seen.map(\.route) == ["/quick/{id}", "/quick/{id}"])
    await running.stop()
  }

  @Test func `an answer that is held back delays nobody else, and its connection goes on after it`()
    async throws
  {
    let running = try await RunningServer(middleware: [SlowRefusal()])
    let waiting = try running.client()
    await waiting.send(get("/quick/1", "Authorization: wrong\r\n") + get("/quick/2"))
    let other = try running.client()
    await other.send(get("/quick/3"))
    #expect(await other.answer().body == "quick 3")
    #expect(await waiting.answer().status == "HTTP/1.1 401 Unauthorized")
    #expect(await waiting.answer().body == "quick 2")
    let seen = try await running.exchanges.wait("three exchanges") { $0.count == 3 }
    for exchange in seen {
      #expect((exchange.duration >= .milliseconds(300)) == (exchange.status == 401))
    }
    await running.stop()
  }

  @Test func `a client that leaves before its answer is held back no longer`() async throws {
    let running = try await RunningServer(middleware: [SlowRefusal()])
    var waiting: RawClient? = try running.client()
    await waiting?.send(get("/quick/1", "Authorization: wrong\r\n"))
    waiting = nil
    let other = try running.client()
    await other.send(get("/quick/3"))
    #expect(await other.answer().body == "quick 3")
    await running.stop()
  }

  private struct SlowRefusal: Middleware {
    func admit(_ request: inout Request, to route: Route?) -> Response? {
      guard request.headers.contains("Authorization") else { return nil }
      var response = ProblemDetails(401, "wait for it").response()
      response.delay = .milliseconds(300)
      return response
    }
  }

  private struct Doorkeeper: Middleware {
    func admit(_ request: inout Request, to route: Route?) -> Response? {
      guard let name = request.headers["Authorization"] else {
        return ProblemDetails(401, "who are you").response()
      }
      request.caller = Caller(name: name, scopes: ["read"])
      return nil
    }
  }
}
