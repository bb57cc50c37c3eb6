/// Finds the lines and columns of places within a document, once there is something to say about them.
///
/// Loading keeps no positions, so that good documents cost nothing; a document with problems is read a
/// second time.
package enum SourceLocator {
  /// In which language the document is written.
  package enum Language: Sendable, Hashable { case json, yaml }

  /// Where a value stands, and the key before it if it is a member of an object.
  package struct Location: Sendable, Hashable {
    package var key: TextPosition?
    package var value: TextPosition
  }

  /// Finds what `pointers` point to in `bytes`; a place that the text does not have is left out.
  ///
  /// What an alias or merge key brings stands where the alias or `<<` does. Beyond the first fault of a
  /// broken text nothing is found.
  package static func locate(
    _ pointers: Set<String>, in bytes: [UInt8], _ language: Language,
    limits: DocumentLimits = DocumentLimits()
  ) -> [String: Location] {
    let wanted = Wanted(pointers)
    return bytes.withUnsafeBufferPointer { source in
      switch language {
      case .json: JSONWalk.locate(wanted, in: source, limits: limits)
      case .yaml: YAMLLocator.locate(wanted, in: source)
      }
    }
  }

  /// The places asked for, as a tree that is walked along with the document.
  final class Wanted {
    fileprivate(set) var pointer: String?
    fileprivate(set) var children: [String: Wanted] = [:]

    init(_ pointers: Set<String>) {
      for text in pointers {
        // What is no pointer points to nothing.
        guard let pointer = try? JSONPointer(text) else { continue }
        var node = self
        for token in pointer.tokens {
          if let child = node.children[token] {
            node = child
          } else {
            let child = Wanted([])
            node.children[token] = child
            node = child
          }
        }
        node.pointer = text
      }
    }

    /// Calls `body` with the pointers at and below this node.
    func forEach(_ body: (String) -> Void) {
      if let pointer { body(pointer) }
      for child in children.values { child.forEach(body) }
    }
  }

  /// Offsets, which become lines and columns in one pass over the text at the end.
  private struct JSONWalk {
    var cursor: JSONCursor
    var found: [(pointer: String, key: Int?, value: Int)] = []

    static func locate(
      _ wanted: Wanted, in source: UnsafeBufferPointer<UInt8>, limits: DocumentLimits
    ) -> [String: Location] {
      // Whoever loaded the text has told its fault; here it only ends the search.
      guard let cursor = try? JSONCursor(source, limits: limits) else { return [:] }
      var walk = JSONWalk(cursor: cursor)
      try? walk.visit(wanted, key: nil, depth: 0)
      let offsets = Set(walk.found.flatMap { [$0.key, $0.value].compactMap(\.self) }).sorted()
      let positions = TextPosition.positions(of: offsets, in: source)
      var locations: [String: Location] = [:]
      for place in walk.found {
        guard let value = positions[place.value] else { continue }
        locations[place.pointer] = Location(key: place.key.flatMap { positions[$0] }, value: value)
      }
      return locations
    }

    mutating func visit(_ wanted: Wanted, key: Int?, depth: Int) throws(JSONError) {
      let kind = cursor.peek()
      if let pointer = wanted.pointer { found.append((pointer, key, cursor.position)) }
      guard !wanted.children.isEmpty, kind == UInt8(ascii: "{") || kind == UInt8(ascii: "[") else {
        return try cursor.skipValue(depth: depth)
      }
      try cursor.checkDepth(depth + 1)
      cursor.position += 1
      let closing = UInt8(ascii: kind == UInt8(ascii: "{") ? "}" : "]")
      if cursor.peek() == closing {
        cursor.position += 1
        return
      }
      var index = 0
      repeat {
        var name = String(index)
        var place: Int?
        if kind == UInt8(ascii: "{") {
          let (raw, start) = try cursor.takeKey()
          name = cursor.text(of: raw)
          place = start
        }
        if let child = wanted.children[name] {
          try visit(child, key: place, depth: depth + 1)
        } else {
          try cursor.skipValue(depth: depth + 1)
        }
        index += 1
      } while try !cursor.takeSeparator(closing: closing)
    }
  }
}
