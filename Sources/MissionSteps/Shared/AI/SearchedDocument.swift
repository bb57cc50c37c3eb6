package import Formats
package import MissionModel

/// A document that comes with a search: its text, and its vector where the mission has one already.
package struct SearchedDocument: Sendable, Equatable {
  package var id: String
  package var text: String
  package var metadata: JSONObject
  package var vector: [Float]?

  /// Reads a text, or a map of id, text (or content), metadata and embedding; nil where neither text nor
  /// embedding is there.
  init?(_ value: JSON, place: Int) {
    id = String(place)
    metadata = [:]
    if let text = value.stringValue {
      self.text = text
      return
    }
    let text = value["text"]?.stringValue ?? value["content"]?.stringValue
    let numbers = value["embedding"]?.arrayValue
    guard value.objectValue != nil, text != nil || numbers != nil else { return nil }
    self.text = text ?? ""
    if let id = value["id"], !id.isNull { self.id = id.stringValue ?? id.compact }
    metadata = value["metadata"]?.objectValue ?? [:]
    guard let numbers else { return }
    var vector: [Float] = []
    for number in numbers {
      guard let number = number.doubleValue else { return nil }
      vector.append(Float(number))
    }
    self.vector = vector
  }
}

extension ParameterKind where Value == [SearchedDocument] {
  /// `[text, …]` or `[{id, text, metadata, embedding}, …]`.
  package static var searchedDocuments: ParameterKind {
    ParameterKind(
      expectation: "a list of texts, or of maps with text or embedding",
      schema: ["type": "array", "items": ["type": ["string", "object"]]], stand: [], encode: { _ in [] }
    ) { value, rules in
      guard let elements = value.arrayValue else { return nil }
      var documents: [SearchedDocument] = []
      for (place, element) in elements.enumerated() {
        guard let document = SearchedDocument(element, place: place) else {
          rules.path += "/\(place)"
          return nil
        }
        documents.append(document)
      }
      return documents
    }
  }
}
