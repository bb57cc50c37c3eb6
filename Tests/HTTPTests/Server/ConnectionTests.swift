import Glibc
import Posix
import TestSupport
import Testing

@testable import HTTP

/// What a client on a real socket may rely on.
@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
  private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
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
}
