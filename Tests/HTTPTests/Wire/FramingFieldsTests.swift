import Testing

@testable import HTTP

@Suite struct FramingFieldsTests {
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
    #expect(refusalOfHead("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")?.status == 400)
  }

  @Test func `an expectation that nobody knows is refused`() {
    #expect(refusalOfHead("POST / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n")?.status == 417)
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
    let found = refusalOfHead(text)
    #expect(detail.isEmpty ? found == nil : found == Refusal(400, detail))
  }

  @Test(arguments: [
    ("HTTP/1.1\r\nHost: a", true), ("HTTP/1.1\r\nHost: a\r\nConnection: close", false),
    ("HTTP/1.1\r\nHost: a\r\nConnection: x , CLOSE", false), ("HTTP/1.0", false),
    ("HTTP/1.0\r\nConnection: Keep-Alive", true), ("HTTP/1.9\r\nHost: a", true),
  ])
  func `the connection lasts as version and fields say`(rest: String, lasts: Bool) throws {
    #expect(try parsedHead("GET / \(rest)\r\n\r\n")?.keepsAlive == lasts)
  }
}
