import Testing

@testable import MissionStore

@Suite struct WordQueryTests {
  @Test func `words are put in quotes, each once`() {
    #expect(
      WordQuery.text("Don't NEAR(the) \"pump\" the* AND")
        == #""don" OR "t" OR "near" OR "the" OR "pump" OR "and""#)
  }

  @Test func `a text without words asks for nothing`() {
    #expect(WordQuery.text(" \"*() ") == nil)
    #expect(WordQuery.text("") == nil)
  }

  @Test func `a long text is looked for by its first words`() {
    let text = WordQuery.text((0..<100).map { "w\($0)" }.joined(separator: " "))
    #expect(text?.hasSuffix("\"w63\"") == true)
  }
}
