import Formats
import Testing

@Suite struct TextPositionTests {
  @Test(arguments: [
    ("abc", 0, 1, 1), ("abc", 2, 1, 3), ("abc", 3, 1, 4), ("a\nb", 2, 2, 1), ("a\r\nb", 3, 2, 1),
    ("a\rb", 2, 2, 1),
    ("é😀x", 6, 1, 3), ("\u{FEFF}ab", 4, 1, 2), ("", 0, 1, 1), ("a", 99, 1, 2), ("\n\n\n", 3, 4, 1),
  ])
  func `lines and columns count from one, columns in characters`(
    text: String, offset: Int, line: Int, column: Int
  ) {
    let position = Array(text.utf8).withUnsafeBufferPointer { TextPosition(of: offset, in: $0) }
    #expect(position == TextPosition(line: line, column: column))
    #expect(position.description == "line \(line), column \(column)")
  }
}
