import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct SearchedDocumentTests {
  @Test func `a text is a document that is called by its place`() {
    let document = SearchedDocument("pump", place: 3)
    #expect(document?.id == "3" && document?.text == "pump" && document?.vector == nil)
  }

  @Test func `a map may bring id, content, metadata and a vector`() {
    let document = SearchedDocument(
      ["id": 7, "content": "pump", "metadata": ["a": 1], "embedding": [1, 0.5]], place: 0)
    #expect(document?.id == "7" && document?.text == "pump")
    #expect(document?.metadata == ["a": 1] && document?.vector == [1, 0.5])
    #expect(SearchedDocument(["embedding": [1]], place: 2)?.id == "2")
  }

  @Test(arguments: [5, [:], ["id": "a"], ["embedding": ["x"]], ["text": 5], []] as [JSON])
  func `what has neither text nor vector is none`(value: JSON) {
    #expect(SearchedDocument(value, place: 0) == nil)
  }
}
