import Formats
import Testing

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("plain é😀", "plain é😀"), ("\u{1B}[31mred", "\\x1b[31mred"), ("a\nb\tc\r", "a\\nb\\tc\\r"),
    ("\0", "\\x00"),
    ("\u{9B}2J", "\\u{9b}2J"), ("a\u{202E}b", "a\\u{202e}b"), ("\u{7F}", "\\x7f"),
  ])
  func `nothing in it can steer a terminal`(text: String, safe: String) {
    #expect(TerminalText.escaped(text) == safe)
  }

  @Test func `lines are kept where they are wanted`() {
    #expect(TerminalText.escaped("a\n\tb\u{1B}", keepsLines: true) == "a\n\tb\\x1b")
  }

  @Test func `long text is cut between characters and says so`() {
    #expect(TerminalText.shortened("abc", toBytes: 3) == "abc")
    #expect(TerminalText.shortened("abcd", toBytes: 3) == "abc… (1 bytes more)")
    #expect(TerminalText.shortened("aéé", toBytes: 2) == "a… (4 bytes more)")
    #expect(TerminalText.shortened("é", toBytes: 0) == "… (2 bytes more)")
  }
}
