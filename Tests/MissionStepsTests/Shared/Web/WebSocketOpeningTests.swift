import MissionModel
import MissionSteps
import Testing

@Suite struct WebSocketOpeningTests {
  /// The nonce of RFC 6455 §1.3.
  private let opening = WebSocketOpening(nonce: Array("the sample nonce".utf8))
  private let good = [
    "HTTP/1.1 101 Switching Protocols", "Upgrade: WebSocket", "connection: keep-alive, Upgrade",
    "Sec-WebSocket-Accept:  s3pPLMBiTxaQ9kYGzzhZRbK+xOo= ",
  ]

  private func problem(_ lines: [String]) -> String? {
    opening.problem(Array((lines + ["", ""]).joined(separator: "\r\n").utf8))
  }

  @Test func `the request carries the key, the fields and the user`() throws {
    let address = try WebAddress("http://joe:pw@[::1]:81/a?b")
    let request = String(decoding: opening.request(address, [("X-A", "b")]), as: UTF8.self)
    #expect(
      request == """
        GET /a?b HTTP/1.1\r
        Host: [::1]:81\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        User-Agent: missiond\r
        Authorization: Basic am9lOnB3\r
        X-A: b\r
        \r

        """)
  }

  @Test func `an answer that belongs to the request opens`() { #expect(problem(good) == nil) }

  @Test func `an answer of another kind does not`() {
    #expect(problem(["SSH-2.0-OpenSSH"]) == "the server does not answer in HTTP")
    #expect(
      problem(["HTTP/1.1 403 Forbidden"]) == "the server answers with status 403 and opens no WebSocket")
    #expect(
      problem([good[0], "Upgrade: h2c"] + good[2...]) == "the server's answer upgrades to something else")
    #expect(
      problem(good.dropLast() + ["Sec-WebSocket-Accept: x"])
        == "the server's answer does not belong to this request")
    #expect(
      problem(good + ["Sec-WebSocket-Extensions: permessage-deflate"])
        == "the server uses an extension that nobody asked for")
  }

  @Test func `the head ends at the first empty line`() {
    #expect(WebSocketOpening.endOfHead(in: Array("a\r\n\r\nb\r\n\r\n".utf8)) == 5)
    #expect(WebSocketOpening.endOfHead(in: Array("a\r\n\r".utf8)) == nil)
    #expect(WebSocketOpening.endOfHead(in: []) == nil)
  }
}
