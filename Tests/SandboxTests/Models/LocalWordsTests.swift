import Testing

@testable import Sandbox

@Suite struct LocalWordsTests {
  @Test func `words and sentences are cut where readers would`() {
    #expect(LocalWords.words(of: "It's 2 PUMPS, über-fast") == ["it", "s", "2", "pumps", "über", "fast"])
    #expect(
      LocalWords.sentences(of: "One is 1.5 wide. Two!\n\nA heading\n\nThree")
        == ["One is 1.5 wide.", "Two!", "A heading", "Three"])
  }
}
