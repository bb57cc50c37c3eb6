import Testing

@testable import Drivers

@Suite struct XMLNotesTests {
  @Test(arguments: [
    ("Opening and ending tag mismatch.\n", "opening and ending tag mismatch"),
    ("PCDATA invalid", "PCDATA invalid"),
    ("a\nb: ", "a b"), ("", ""),
  ])
  func `a sentence of the library becomes one of ours`(text: String, expected: String) {
    #expect(XMLNotes.plain(text) == expected)
  }
}
