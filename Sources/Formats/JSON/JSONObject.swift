/// The members of a JSON object, in the order in which they were written.
///
/// Small objects are searched from the front; one with more than `indexThreshold` members builds an index.
package struct JSONObject: Sendable {
  /// One key and its value.
  package typealias Member = (key: String, value: JSON)

  private static let indexThreshold = 16

  private var entries: [Member] = []
  private var index: [String: Int] = [:]

  /// Makes an empty object.
  package init() {}

  /// Makes an object of `members`; of two with one key the last one holds, at the place of the first.
  package init(_ members: some Sequence<(String, JSON)>) {
    for (key, value) in members { self[key] = value }
  }

  /// The value at `key`.
  ///
  /// Setting nil removes the member; a new key goes to the end.
  package subscript(key: String) -> JSON? {
    get { position(of: key).map { entries[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): entries[position].value = value
      case (nil, let value?): append(key, value)
      case (let position?, nil): remove(at: position)
      case (nil, nil): break
      }
    }
  }

  /// The keys, in order.
  package var keys: [String] { entries.map(\.key) }

  /// Makes room for `count` members.
  package mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

  /// Adds a member unless `key` is there already; false then.
  mutating func appendNew(_ key: String, _ value: JSON) -> Bool {
    guard position(of: key) == nil else { return false }
    append(key, value)
    return true
  }

  /// The place of `key` among the members; nil if it is not there.
  package func position(of key: String) -> Int? {
    entries.count > Self.indexThreshold ? index[key] : entries.firstIndex { $0.key == key }
  }

  private mutating func append(_ key: String, _ value: JSON) {
    entries.append((key, value))
    if entries.count == Self.indexThreshold + 1 {
      for (position, entry) in entries.enumerated() { index[entry.key] = position }
    } else if entries.count > Self.indexThreshold {
      index[key] = entries.count - 1
    }
  }

  private mutating func remove(at position: Int) {
    entries.remove(at: position)
    index.removeAll()
    guard entries.count > Self.indexThreshold else { return }
    for (position, entry) in entries.enumerated() { index[entry.key] = position }
  }
}

extension JSONObject: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { entries.count }
  package subscript(position: Int) -> Member { entries[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

/// Two objects are equal when they have the same members, in whatever order (RFC 8259 §4).
extension JSONObject: Equatable {
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
  }
}
