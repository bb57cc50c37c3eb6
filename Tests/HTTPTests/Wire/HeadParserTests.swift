import TestSupport
import Testing

@testable import HTTP

@Suite struct HeadParserTests {
  private func parse(_ text: String, limits: ServerLimits = ServerLimits()) throws -> RequestHead? {
    try parse(Array(text.utf8), limits: limits)
  }

  private func parse(_ bytes: [UInt8], limits: ServerLimits = ServerLimits()) throws(Refusal) -> RequestHead?
  {
    var parser = HeadParser(limits: limits)
    return try bytes.withUnsafeBufferPointer { all throws(Refusal) in try parser.parse(all)?.head }
  }

  private func refusal(_ text: String) -> Refusal? {
    do throws(Refusal) {
      _ = try parse(Array(text.utf8))
      return nil
    } catch { return error }
  }

  @Test func `a head is read into its parts`() throws {
    let head = try #require(
      try parse("POST /a/b?x=1&y HTTP/1.1\r\nHost: example\r\nX-A:  two words \r\nContent-Length: 12\r\n\r\n")
    )
    #expect(head.method == .post)
    #expect(head.headers.text(head.path) == "/a/b")
    #expect(head.headers.text(head.query) == "x=1&y")
    #expect(head.headers["x-a"] == "two words")
    #expect(head.framing == .length(12))
    #expect(head.keepsAlive)
    #expect(!head.expectsContinue)
  }

  @Test func `a head may arrive in pieces of any size`() throws {
    let text = Array("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nrest".utf8)
    for size in 1...text.count {
      var parser = HeadParser(limits: ServerLimits())
      var found: (length: Int, head: RequestHead)?
      var end = 0
      while found == nil {
        end = min(end + size, text.count)
        found = try text[..<end].withUnsafeBufferPointer { all throws(Refusal) in try parser.parse(all) }
      }
      #expect(found?.length == text.count - 4)
      #expect(found?.head.keepsAlive == false)
    }
  }

  @Test(arguments: [
    ("GET /\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400), ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET / http/1.1\r\nHost: a\r\n\r\n", 400), ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /\u{1} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /ü HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /%a HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("\u{16}\u{3}\u{1}", 400), (" GET / HTTP/1.1\r\n", 400), ("\r\n\r\n\r\n\r\n\r\nGET", 400),
  ])
  func `a request line that is not one is refused`(text: String, status: Int) {
    #expect(refusal(text)?.status.code == status)
  }

  @Test(arguments: [
    "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 1\r\nContent-Length: 1\r\n",
    "Content-Length: 1, 1\r\n", "Content-Length: +1\r\n", "Content-Length: -1\r\n", "Content-Length: \r\n",
    "Content-Length: 0x1\r\n", "Content-Length: 1 1\r\n", "Content-Length: 9999999999999999999\r\n",
    "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, chunked\r\n",
    "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding : chunked\r\n", "Content-Length : 1\r\n",
    "Host: b\r\n", "X: a\n", "X: a\rb\r\n", "X: a\0b\r\n", "X: a\u{7F}\r\n", " X: a\r\n",
    "X: a\r\n folded\r\n",
    "X: a\r\n\tfolded\r\n", "X\r\n", ": a\r\n", "X Y: a\r\n", "X\t: a\r\n", "X\0: a\r\n", "(X): a\r\n",
    "\nX: a\r\n", "Transfer-Encoding: \u{0B}chunked\r\n",
  ])
  func `what two readers could take for two things is refused`(fields: String) {
    #expect(refusal("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")?.status == 400)
  }

  @Test func `an expectation that nobody knows is refused`() {
    #expect(refusal("POST / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n")?.status == 417)
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", "a request of HTTP/1.1 needs a Host field"),
    ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "the Host field is not a host name or address"),
    ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "the Host field is not a host name or address"),
    ("GET / HTTP/1.1\r\nHost: \r\n\r\n", ""), ("GET / HTTP/1.0\r\n\r\n", ""),
    ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", ""),
    (
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
      "a request of HTTP/1.0 cannot have a Transfer-Encoding"
    ),
  ])
  func `hosts and versions are held to their rules`(text: String, detail: String) {
    let found = refusal(text)
    #expect(detail.isEmpty ? found == nil : found == Refusal(400, detail))
  }

  @Test(arguments: [
    ("HTTP/1.1\r\nHost: a", true), ("HTTP/1.1\r\nHost: a\r\nConnection: close", false),
    ("HTTP/1.1\r\nHost: a\r\nConnection: x , CLOSE", false), ("HTTP/1.0", false),
    ("HTTP/1.0\r\nConnection: Keep-Alive", true), ("HTTP/1.9\r\nHost: a", true),
  ])
  func `the connection lasts as version and fields say`(rest: String, lasts: Bool) throws {
    #expect(try parse("GET / \(rest)\r\n\r\n")?.keepsAlive == lasts)
  }

  @Test func `an absolute target names the host`() throws {
    let head = try #require(try parse("GET http://one:80/p?q HTTP/1.1\r\nHost: two\r\n\r\n"))
    let request = Request(head, peer: .tcp(address: "", port: 0), client: ClientPresence())
    #expect(request.host == "one:80")
    #expect(request.path == "/p")
    #expect(request.rawQuery == "q")
  }

  @Test func `a few empty lines before a request are read over`() throws {
    #expect(try parse("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")?.method == .get)
  }

  @Test(arguments: [(8191, nil), (8192, nil), (8193, 414), (100_000, 414)])
  func `a target has a limit`(length: Int, status: Int?) {
    let target = "/" + String(repeating: "a", count: length - 1)
    #expect(refusal("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")?.status.code == status)
  }

  @Test func `a target without end is refused before its line ends`() {
    #expect(refusal("GET /" + String(repeating: "a", count: 9000))?.status == 414)
  }

  @Test(arguments: [(32_767, nil), (32_768, nil), (32_769, 431)])
  func `header fields have a limit`(length: Int, status: Int?) {
    let start = "Host: a\r\nX: "
    let value = String(repeating: "v", count: length - start.utf8.count - 4)
    #expect(refusal("GET / HTTP/1.1\r\n\(start)\(value)\r\n\r\n")?.status.code == status)
  }

  @Test func `fields without end are refused before their line ends`() {
    #expect(refusal("GET / HTTP/1.1\r\nX: " + String(repeating: "v", count: 40_000))?.status == 431)
  }

  @Test func `random bytes end in a head, a refusal or a wait, never in a trap`() {
    var random = SeededBytes(seed: 7)
    let seeds = [
      "GET /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
      "POST http://h/ HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
    ].map { Array($0.utf8) }
    for _ in 0..<20_000 {
      var bytes = seeds.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: bytes.remove(at: place)
        }
      }
      do throws(Refusal) { _ = try parse(bytes) } catch { #expect((400...505).contains(error.status.code)) }
    }
  }
}
