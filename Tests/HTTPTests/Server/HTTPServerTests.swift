import Glibc
import Posix
import TestSupport
import Testing

@testable import HTTP

/// What a client on a real socket may rely on.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
  private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
  }

  private func post(_ body: String, _ fields: String = "") -> String {
    "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
  }

  @Test func `one connection serves request after request`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    for number in 0..<50 {
      await client.send(get("/\(number % 2 == 0 ? "quick" : "slow")/\(number)"))
      let answer = await client.answer()
      #expect(answer.status == "HTTP/1.1 200 OK")
      #expect(answer.body == "\(number % 2 == 0 ? "quick" : "slow") \(number)")
    }
    #expect(await running.server.counters.connectionsAccepted == 1)
    await running.stop()
  }

  @Test func `requests sent ahead are answered in order`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send((0..<200).map { get("/\($0 % 3 == 0 ? "slow" : "quick")/\($0)") }.joined())
    for number in 0..<200 {
      #expect(await client.answer().body == "\(number % 3 == 0 ? "slow" : "quick") \(number)")
    }
    await running.stop()
  }

  @Test func `HEAD is answered as GET is, without the content`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/big").replacing("GET", with: "HEAD") + get("/quick/1"))
    #expect(await client.read(until: "\r\n\r\n").contains("Content-Length: 5000000\r\n"))
    #expect(await client.answer().body == "quick 1")
    await running.stop()
  }

  @Test func `HEAD of a stream writes nothing of it`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/stream/3").replacing("GET", with: "HEAD") + get("/quick/1"))
    #expect(await client.read(until: "\r\n\r\n").contains("Transfer-Encoding: chunked\r\n"))
    #expect(await client.answer().body == "quick 1")
    await running.stop()
  }

  @Test func `a client of HTTP 1.0 is answered and let go, or kept where it asks`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send("GET /quick/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(await client.read(until: "\r\n\r\n").contains("\r\nConnection: keep-alive\r\n"))
    #expect(await client.read(count: 7) == "quick 1")
    await client.send("GET /stream/2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    let answer = await client.readToEnd()
    #expect(answer.contains("\r\nConnection: close\r\n"))
    #expect(!answer.contains("chunked"))
    #expect(answer.hasSuffix("\r\n\r\npiece 0\npiece 1\n"))
    await running.stop()
  }

  @Test func `a stream goes out in chunks and leaves the connection open`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/stream/2") + get("/quick/1"))
    #expect(await client.read(until: "\r\n\r\n").contains("\r\nTransfer-Encoding: chunked\r\n"))
    #expect(await client.read(until: "0\r\n\r\n") == "8\r\npiece 0\n\r\n8\r\npiece 1\n\r\n0\r\n\r\n")
    #expect(await client.answer().body == "quick 1")
    await running.stop()
  }

  @Test func `a stream that fails is cut, so that the client can tell`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/broken"))
    #expect(await client.readToEnd().hasSuffix("\r\n\r\n4\r\nhalf\r\n"))
    await running.stop()
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
    await running.stop()
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
    await running.stop()
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
    await running.stop()
  }

  @Test(arguments: [
    ("GET /quick/1 HTTP/1.1\r\n\r\n", "400 Bad Request"), ("POST /echo HTTP/1.1\r\nHost: h\r\n", ""),
    ("GET /quick/1 HTTP/1.1\nHost: h\n\n", "400 Bad Request"),
    ("GET / HTTP/3.0\r\n", "505 HTTP Version Not Supported"),
    ("\u{16}\u{3}\u{1}\u{2}\0", "400 Bad Request"),
    (
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400 Bad Request"
    ),
    ("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400 Bad Request"),
  ])
  func `what is no request is refused, and the connection closes`(text: String, status: String) async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(text)
    client.finishSending()
    let answer = await client.readToEnd()
    #expect(status.isEmpty ? answer.isEmpty : answer.hasPrefix("HTTP/1.1 \(status)\r\n"))
    if !status.isEmpty { #expect(answer.contains("\r\nConnection: close\r\n")) }
    await running.stop()
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

  @Test func `a client that closes its sending half gets its answers`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/slow/1") + get("/quick/2"))
    client.finishSending()
    let answers = await client.readToEnd()
    #expect(answers.contains("slow 1"))
    #expect(answers.hasSuffix("quick 2"))
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

  @Test func `a stream ends when its client resets the connection`() async throws {
    let running = try await RunningServer()
    var client: RawClient? = try running.client()
    await client?.send(get("/endless"))
    _ = await client?.read(until: "xxxx")
    client?.resetOnClose()
    client = nil
    try await running.gone.wait("the stream's end") { $0 == ["/endless"] }
    await running.stop()
  }

  @Test func `a slow reader holds up its own stream and nobody else`() async throws {
    let running = try await RunningServer()
    let slow = try running.client()
    await slow.send(get("/endless"))
    _ = await slow.read(until: "xxxx")
    let client = try running.client()
    for number in 0..<20 {
      await client.send(get("/slow/\(number)"))
      #expect(await client.answer().body == "slow \(number)")
    }
    // 256 KiB in the server, and what the two kernel buffers hold.
    #expect(await running.server.counters.bytesSent < 20_000_000)
    await running.stop()
  }

  @Test func `big answers arrive whole, also several in a row`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/big") + get("/big", "Connection: close\r\n"))
    #expect(await client.countToEnd() > 10_000_000)
    await running.stop()
  }

  @Test func `an answer without content has no length`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/nothing") + get("/quick/1"))
    let head = await client.read(until: "\r\n\r\n")
    #expect(head.hasPrefix("HTTP/1.1 204 No Content\r\n"))
    #expect(!head.contains("Content-Length"))
    #expect(await client.answer().body == "quick 1")
    await running.stop()
  }

  @Test func `a handler knows its peer on TCP and on a Unix socket`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/peer"))
    #expect(await client.answer().body.hasPrefix(#"tcp(address: "127.0.0.1", port: "#))
    let local = try await RunningServer(listenOn: "server.sock")
    let neighbour = try local.client()
    await neighbour.send(get("/peer"))
    #expect(await neighbour.answer().body == "unix(uid: \(getuid()), gid: \(getgid()), pid: \(getpid()))")
    await running.stop()
    await local.stop()
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
