/// The header fields of a message: in order, names without regard to case, several with one name allowed.
///
/// All text lives in one byte array and a field is four offsets into it, so that a request with any number
/// of fields costs two allocations and a value becomes a `String` only when somebody asks for it.
package struct Headers: Sendable {
  /// Where a field stands in `bytes`.
  struct Field: Sendable {
    var nameStart: UInt32
    var nameEnd: UInt32
    var valueStart: UInt32
    var valueEnd: UInt32

    var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
  }

  /// Text of the fields, and of whatever else the parser found around them.
  private(set) var bytes: [UInt8]
  private(set) var fields: [Field]

  /// Makes an empty list.
  package init() {
    bytes = []
    fields = []
  }

  /// Makes a list from names and values, in that order.
  package init(_ pairs: [(String, String)]) {
    self.init()
    for (name, value) in pairs { append(name, value) }
  }

  /// Takes over what the head parser has found and checked.
  init(bytes: [UInt8], fields: [Field]) {
    self.bytes = bytes
    self.fields = fields
  }

  /// The number of fields.
  package var count: Int { fields.count }

  /// The first value with this name, without the white space around it; nil where there is none.
  ///
  /// Bytes that are no UTF-8 are replaced by U+FFFD.
  package subscript(name: String) -> String? {
    firstIndex(of: name).map { text(fields[$0].value) }
  }

  /// All values with this name, in order.
  package func values(_ name: String) -> [String] {
    fields.filter { matches($0, name) }.map { text($0.value) }
  }

  /// Every field as name and value, in order.
  package var pairs: [(name: String, value: String)] {
    fields.map { (text($0.name), text($0.value)) }
  }

  /// True if a comma-separated field of this name lists `token`, without regard to case.
  package func lists(_ token: String, in name: String) -> Bool {
    values(name).contains { value in
      value.split(separator: ",").contains { $0.trimmingBlanks.equalsIgnoringCase(token) }
    }
  }

  /// Adds a field at the end. Control characters become spaces, so that no value can start a line of its own.
  package mutating func append(_ name: String, _ value: String) {
    let nameStart = bytes.count
    bytes.append(contentsOf: name.utf8)
    let valueStart = bytes.count
    bytes.append(contentsOf: value.utf8)
    for index in nameStart..<bytes.count where bytes[index] < 0x20 || bytes[index] == 0x7F {
      bytes[index] = 0x20
    }
    fields.append(
      Field(
        nameStart: UInt32(nameStart), nameEnd: UInt32(valueStart), valueStart: UInt32(valueStart),
        valueEnd: UInt32(bytes.count)))
  }

  /// Replaces all fields of this name by one, at the end.
  package mutating func set(_ name: String, _ value: String) {
    remove(name)
    append(name, value)
  }

  /// Removes all fields of this name.
  package mutating func remove(_ name: String) {
    guard firstIndex(of: name) != nil else { return }
    let copy = self
    fields.removeAll { copy.matches($0, name) }
  }

  /// True if there is a field of this name.
  package func contains(_ name: String) -> Bool { firstIndex(of: name) != nil }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private func firstIndex(of name: String) -> Int? { fields.firstIndex { matches($0, name) } }

  private func matches(_ field: Field, _ name: String) -> Bool {
    let range = field.name
    guard range.count == name.utf8.count else { return false }
    var index = range.lowerBound
    for byte in name.utf8 {
      if bytes[index].asciiLowercased != byte.asciiLowercased { return false }
      index += 1
    }
    return true
  }
}

extension Headers: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }
}

/// Two lists are equal when their fields are, in order; names without regard to case.
extension Headers: Equatable {
  package static func == (left: Headers, right: Headers) -> Bool {
    left.count == right.count
      && zip(left.pairs, right.pairs).allSatisfy { one, other in
        one.name.equalsIgnoringCase(other.name) && one.value == other.value
      }
  }
}
