import Testing

@testable import HTTP

@Suite struct ResponseWriterTests {
  private func head(
    _ response: Response, _ framing: ResponseFraming, keepsAlive: Bool = true, version: Version = .http11
  ) -> String {
    var bytes: [UInt8] = []
    ResponseWriter.appendHead(
      of: response, framing: framing, keepsAlive: keepsAlive, version: version,
      date: Array("Date: now\r\n".utf8),
      to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `a head has its status, date, fields and length`() {
    let response = Response(202, headers: ["Location": "/x", "ETag": "\"1\""])
    #expect(
      head(response, .length(1204))
        == "HTTP/1.1 202 Accepted\r\nDate: now\r\nLocation: /x\r\nETag: \"1\"\r\nContent-Length: 1204\r\n\r\n"
    )
  }

  @Test(arguments: [
    (ResponseFraming.none, ""), (.length(0), "Content-Length: 0\r\n"),
    (.chunked, "Transfer-Encoding: chunked\r\n"),
    (.untilClose, ""),
  ])
  func `the end of content is announced in one way`(framing: ResponseFraming, field: String) {
    #expect(head(Response(200), framing) == "HTTP/1.1 200 OK\r\nDate: now\r\n\(field)\r\n")
  }

  @Test func `what becomes of the connection is said where it is not the rule`() {
    #expect(head(Response(200), .none, keepsAlive: false).hasSuffix("\r\nConnection: close\r\n\r\n"))
    #expect(head(Response(200), .none, version: .http10).hasSuffix("\r\nConnection: keep-alive\r\n\r\n"))
  }

  @Test(
    arguments: [
      (204, 0, Version.http11, ResponseFraming.none), (304, 5, .http11, .none), (200, 5, .http10, .length(5)),
      (200, nil, .http11, .chunked), (200, nil, .http10, .untilClose),
    ] as [(Int, Int?, Version, ResponseFraming)])
  func `framing follows status, length and version`(
    code: Int, count: Int?, version: Version, framing: ResponseFraming
  ) {
    #expect(ResponseFraming(status: Status(code), count: count, version: version) == framing)
  }

  @Test(arguments: [(0, ""), (1, "1\r\nx\r\n"), (26, "1a\r\n\(String(repeating: "x", count: 26))\r\n")])
  func `a chunk has its size in front, and an empty one is none`(count: Int, text: String) {
    var bytes: [UInt8] = []
    ResponseWriter.appendChunk(Array(repeating: UInt8(ascii: "x"), count: count), to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }
}
