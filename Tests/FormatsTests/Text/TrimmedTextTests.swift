import Formats
import Testing

@Suite struct TrimmedTextTests {
  @Test(arguments: [("", ""), (" \n\t", ""), ("a", "a"), ("  a b\r\n", "a b"), ("\u{2003}ä", "ä")])
  func `white space at both ends is taken away`(text: String, trimmed: String) {
    #expect(text.trimmed == trimmed)
    #expect(text[...].trimmed == trimmed)
  }
}
