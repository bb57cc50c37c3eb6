import Testing

@testable import HTTP

@Suite struct ResponseHeadTests {
  private let server = ServerAddress.unix("s")

  private func parse(_ text: String, to method: HTTP.Method = .get) throws(ClientError) -> ResponseHead? {
    try ResponseHead.parse(Array(text.utf8), to: method, from: server)?.head
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, ResponseFraming.length(5), true),
    ("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n", 200, .chunked, true),
    ("HTTP/1.1 200 OK\r\n\r\n", 200, .untilClose, false), ("HTTP/1.1 204\r\n\r\n", 204, .none, true),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, .none, true),
    ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", 200, .length(5), false),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", 200, .length(5), false),
  ])
  func `a head says how its content ends`(text: String, code: Int, framing: ResponseFraming, lasts: Bool)
    throws
  {
    let head = try #require(try parse(text))
    #expect(head.status.code == code)
    #expect(head.framing == framing)
    #expect(head.keepsAlive == lasts)
  }

  @Test func `an answer to HEAD has no content`() throws {
    #expect(
      try parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", to: .head)?.framing == ResponseFraming.none)
  }

  @Test func `a head that is not complete is waited for`() throws {
    #expect(try parse("HTTP/1.1 200 OK\r\nA: b\r\n") == nil)
  }

  @Test(arguments: [
    ("SSH-2.0-x\r\n\r\n", "unix:s: the answer is not HTTP/1.1"),
    ("HTTP/1.1 abc\r\n\r\n", "unix:s: the answer is not HTTP/1.1"),
    ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "unix:s: a header field of the answer has no name"),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
      "unix:s: the answer has a Content-Length that is no length"
    ),
    (String(repeating: "x", count: 70_000), "unix:s: the head of the answer has no end"),
  ])
  func `what is no answer is explained`(text: String, message: String) {
    do throws(ClientError) {
      _ = try parse(text)
      Issue.record("it was taken")
    } catch {
      #expect(error.description == message)
    }
  }
}
