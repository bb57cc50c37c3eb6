import MissionSteps
import Testing

@Suite struct TextChunksTests {
  @Test func `a text that fits is its only piece`() {
    #expect(TextChunks(size: 3, overlap: 0).pieces(of: "äöü") == ["äöü"])
    #expect(TextChunks(size: 3, overlap: 0).pieces(of: "") == [])
  }

  @Test func `pieces end after words and overlap`() {
    let pieces = TextChunks(size: 10, overlap: 3).pieces(of: "one two three four five")
    #expect(pieces == ["one two ", "wo three ", "ee four ", "ur five"])
  }

  @Test func `what has no boundary is cut anywhere`() {
    #expect(TextChunks(size: 4, overlap: 1).pieces(of: "abcdefghij") == ["abcd", "defg", "ghij"])
  }

  @Test func `a paragraph is kept before a line, a line before a sentence`() {
    let text = "aaaa. bb\n\ncccc dddd eeee"
    #expect(TextChunks(size: 14, overlap: 0).pieces(of: text)[0] == "aaaa. bb\n\n")
  }

  @Test(arguments: 1...12)
  func `every character is in a piece, in order`(size: Int) {
    let text = "The quick brown fox. Jumps\n\nover the lazy dog! And so on, without end…"
    for overlap in 0..<size {
      let pieces = TextChunks(size: size, overlap: overlap).pieces(of: text)
      #expect(pieces.allSatisfy { $0.count <= size && !$0.isEmpty })
      if overlap == 0 { #expect(pieces.joined() == text) }
    }
  }
}
