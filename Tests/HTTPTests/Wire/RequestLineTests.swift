import Testing

@testable import HTTP

@Suite struct RequestLineTests {
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
    #expect(refusalOfHead(text)?.status.code == status)
  }

  @Test func `an absolute target names the host`() throws {
    let head = try #require(try parsedHead("GET http://one:80/p?q HTTP/1.1\r\nHost: two\r\n\r\n"))
    let request = Request(head, peer: .tcp(address: "", port: 0), client: ClientPresence())
    #expect(request.host == "one:80")
    #expect(request.path == "/p")
    #expect(request.rawQuery == "q")
  }

  @Test(arguments: [(8191, nil), (8192, nil), (8193, 414), (100_000, 414)])
  func `a target has a limit`(length: Int, status: Int?) {
    let target = "/" + String(repeating: "a", count: length - 1)
    #expect(refusalOfHead("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")?.status.code == status)
  }

  @Test func `a target without end is refused before its line ends`() {
    #expect(refusalOfHead("GET /" + String(repeating: "a", count: 9000))?.status == 414)
  }
}
