import Testing

@testable import Sandbox

@Suite struct StreamFramingTests {
  private static func pieces(_ framing: StreamFraming, _ parts: [String]) -> [StreamPiece] {
    var reader = StreamReader(framing)
    return parts.flatMap { reader.take(Array($0.utf8)) } + reader.finish()
  }

  @Test func `events are cut at empty lines, whatever ends a line`() {
    let text = "event: a\ndata: 1\ndata: 2\n\n: a comment\r\n\r\ndata:3\r\rdata: last"
    let expected = [
      StreamPiece(event: "a", data: "1\n2"), StreamPiece(data: "3"), StreamPiece(data: "last"),
    ]
    #expect(Self.pieces(.events, [text]) == expected)
    #expect(Self.pieces(.events, text.map(String.init)) == expected)
  }

  @Test func `lines are pieces, empty ones are not`() {
    #expect(
      Self.pieces(.lines, ["{\"a\":", "1}\n\n{}\r\n{\"ä\":2}"])
        == ["{\"a\":1}", "{}", "{\"ä\":2}"].map { StreamPiece(data: $0) })
  }

  @Test func `a line without end is noticed`() {
    var reader = StreamReader(.lines)
    _ = reader.take([UInt8](repeating: 0x41, count: 16 << 20))
    #expect(!reader.isOverflowing)
    _ = reader.take([0x41])
    #expect(reader.isOverflowing)
  }
}
