import Testing

@testable import MissionSteps

@Suite struct ByteSearchTests {
  @Test(arguments: [
    ("b", "abcb", 0, 1), ("b", "abcb", 2, 3), ("bc", "abcb", 0, 1), ("cb", "abcb", 0, 2),
    ("x", "abcb", 0, nil),
    ("abcbx", "abcb", 0, nil), ("", "abcb", 2, 2), ("aab", "aaab", 0, 1), ("b", "", 0, nil),
  ])
  func `the first place is found`(needle: String, text: String, start: Int, place: Int?) {
    #expect(ByteSearch.firstIndex(of: Array(needle.utf8), in: Array(text.utf8), from: start) == place)
  }

  @Test func `folding concerns letters of ASCII only`() {
    #expect(ByteSearch.firstIndex(of: Array("ab".utf8), in: Array("xAB".utf8), foldsCase: true) == 1)
    #expect(ByteSearch.firstIndex(of: Array("{".utf8), in: Array("[".utf8), foldsCase: true) == nil)
  }
}
