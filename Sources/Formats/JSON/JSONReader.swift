/// Reads JSON piece by piece without building values of it: how large documents are loaded.
///
/// The caller asks for what should come next and gets it, or a `JSONError` that says what is there instead.
/// A reader borrows its bytes, so it lives within `JSONReader.read(_:limits:_:)`.
package struct JSONReader {
  /// What kind of value comes next.
  package enum Kind: Sendable, Hashable {
    case null, bool, number, string, array, object

    /// What a message calls it, in the words of `JSON.kindName`.
    package var name: String {
      switch self {
      case .null: "null"
      case .bool: "a bool"
      case .number: "a number"
      case .string: "a string"
      case .array: "a list"
      case .object: "a map"
      }
    }
  }

  private var cursor: JSONCursor
  private var depth = 0
  private var isFirst = false
  /// The byte at which the key that was taken last begins.
  package private(set) var keyOffset = 0

  /// Makes a reader at the front of `bytes`, which outlive it.
  package init(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: DocumentLimits = DocumentLimits()
  ) throws(JSONError) {
    cursor = try JSONCursor(bytes, limits: limits)
  }

  /// The byte at which the reader stands.
  package var offset: Int { cursor.position }

  /// The kind of the next value, without taking it.
  package mutating func nextKind() throws(JSONError) -> Kind {
    switch cursor.peek() {
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "-"), 0x30...0x39: return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    default: throw cursor.unexpected("a value")
    }
  }

  /// Goes into the object that comes next; `nextKey` then gives its keys.
  package mutating func beginObject() throws(JSONError) {
    guard cursor.peek() == UInt8(ascii: "{") else { throw cursor.unexpected("\"{\"") }
    try descend()
  }

  /// Goes into the array that comes next; `nextElement` then tells whether there is another element.
  package mutating func beginArray() throws(JSONError) {
    guard cursor.peek() == UInt8(ascii: "[") else { throw cursor.unexpected("\"[\"") }
    try descend()
  }

  private mutating func descend() throws(JSONError) {
    depth += 1
    try cursor.checkDepth(depth)
    cursor.position += 1
    isFirst = true
  }

  /// The next key of the object, after which its value is to be taken; nil at its end, which is taken too.
  package mutating func nextKey() throws(JSONError) -> String? {
    guard try advance(closing: UInt8(ascii: "}")) else { return nil }
    let (key, place) = try cursor.takeKey()
    keyOffset = place
    return cursor.text(of: key)
  }

  /// The next key as bytes, valid while the document is: for callers that compare keys and keep none.
  ///
  /// A key written with escapes is decoded into `scratch` and handed out from there, until the next call.
  package mutating func withNextKey<Result>(
    _ body: (_ key: UnsafeBufferPointer<UInt8>) -> Result
  ) throws(JSONError) -> Result? {
    guard try advance(closing: UInt8(ascii: "}")) else { return nil }
    let (key, place) = try cursor.takeKey()
    keyOffset = place
    guard key.hasEscapes else {
      return body(UnsafeBufferPointer(start: cursor.base + key.start, count: key.end - key.start))
    }
    return Array(cursor.text(of: key).utf8).withUnsafeBufferPointer { body($0) }
  }

  /// Whether another element follows, which is then to be taken; false at the array's end, which is taken
  /// too.
  package mutating func nextElement() throws(JSONError) -> Bool { try advance(closing: UInt8(ascii: "]")) }

  /// Goes on behind elements of the array that were taken otherwise, up to the byte `offset`.
  package mutating func goOn(at offset: Int) {
    cursor.position = offset
    isFirst = false
  }

  private mutating func advance(closing: UInt8) throws(JSONError) -> Bool {
    if isFirst {
      isFirst = false
      guard cursor.peek() == closing else { return true }
      cursor.position += 1
      depth -= 1
      return false
    }
    guard try cursor.takeSeparator(closing: closing) else { return true }
    depth -= 1
    return false
  }

  /// Takes a string.
  package mutating func string() throws(JSONError) -> String {
    guard cursor.peek() == UInt8(ascii: "\"") else { throw cursor.unexpected("a string") }
    return cursor.text(of: try cursor.takeString())
  }

  /// Takes any value as a tree.
  package mutating func value() throws(JSONError) -> JSON { try cursor.takeValue(depth: depth) }

  /// Takes any value as a tree, together with the text that it was written with: `1.10` is `1.1` as a value.
  package mutating func valueWithText() throws(JSONError) -> (value: JSON, text: String) {
    cursor.skipWhitespace()
    let start = cursor.position
    let value = try value()
    return (value, String(decoding: cursor.source[start..<cursor.position], as: UTF8.self))
  }

  /// Takes any value without building it, validates it, and returns the bytes that it spans.
  ///
  /// Keys that occur twice within it go unnoticed: whoever reads that range later will find them.
  package mutating func skip() throws(JSONError) -> Range<Int> {
    cursor.skipWhitespace()
    let start = cursor.position
    try cursor.skipValue(depth: depth)
    return start..<cursor.position
  }

  /// Fails unless only white space is left.
  package mutating func end() throws(JSONError) { try cursor.expectEnd() }

  /// The error that `message` is true of the byte at `offset`.
  package func failure(_ message: String, at offset: Int) -> JSONError { cursor.failure(message, at: offset) }

  /// Lends a reader at the front of `bytes` to `body`.
  package static func read<Result>(
    _ bytes: [UInt8], limits: DocumentLimits = DocumentLimits(),
    _ body: (_ reader: inout JSONReader) throws(JSONError) -> Result
  ) throws(JSONError) -> Result {
    try bytes.withUnsafeBufferPointer { (source) throws(JSONError) in
      var reader = try JSONReader(source, limits: limits)
      return try body(&reader)
    }
  }
}

extension JSONCursor {
  /// Takes and validates a value of any kind.
  mutating func skipValue(depth: Int) throws(JSONError) {
    switch peek() {
    case UInt8(ascii: "\""): _ = try takeString()
    case UInt8(ascii: "-"), 0x30...0x39: _ = try takeNumber()
    case UInt8(ascii: "t"): try take("true")
    case UInt8(ascii: "f"): try take("false")
    case UInt8(ascii: "n"): try take("null")
    case UInt8(ascii: "{"):
      try checkDepth(depth + 1)
      position += 1
      if peek() == UInt8(ascii: "}") {
        position += 1
        return
      }
      repeat {
        _ = try takeKey()
        try skipValue(depth: depth + 1)
      } while try !takeSeparator(closing: UInt8(ascii: "}"))
    case UInt8(ascii: "["):
      try checkDepth(depth + 1)
      position += 1
      if peek() == UInt8(ascii: "]") {
        position += 1
        return
      }
      repeat { try skipValue(depth: depth + 1) } while try !takeSeparator(closing: UInt8(ascii: "]"))
    default: throw unexpected("a value")
    }
  }
}
