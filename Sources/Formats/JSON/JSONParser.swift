/// Turns JSON text (RFC 8259, strictly) into a value.
///
/// A byte order mark in front is tolerated, as §8.1 allows. Keys that occur twice in an object are an error.
/// Each function throws `JSONError` at the first fault, with its place.
package enum JSONParser {
  /// Parses `bytes`, which must be one value and nothing else.
  package static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: DocumentLimits = DocumentLimits()
  ) throws(JSONError) -> JSON {
    var cursor = try JSONCursor(bytes, limits: limits)
    let value = try cursor.takeValue(depth: 0)
    try cursor.expectEnd()
    return value
  }

  /// Parses `bytes`, which must be one value and nothing else.
  package static func parse(
    _ bytes: [UInt8], limits: DocumentLimits = DocumentLimits()
  ) throws(JSONError) -> JSON {
    try bytes.withUnsafeBufferPointer { (source) throws(JSONError) in try parse(source, limits: limits) }
  }

  /// Parses `text`, which must be one value and nothing else.
  package static func parse(
    _ text: String, limits: DocumentLimits = DocumentLimits()
  ) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), limits: limits)
  }
}

extension JSONCursor {
  /// Takes a whole value; `depth` counts the lists and maps around it.
  mutating func takeValue(depth: Int) throws(JSONError) -> JSON {
    switch peek() {
    case UInt8(ascii: "\""): return .string(text(of: try takeString()))
    case UInt8(ascii: "{"): return try takeObject(depth: depth + 1)
    case UInt8(ascii: "["): return try takeArray(depth: depth + 1)
    case UInt8(ascii: "-"), 0x30...0x39:
      let start = try takeNumber()
      return JSONNumber.value(of: UnsafeBufferPointer(start: base + start, count: position - start))
    case UInt8(ascii: "t"):
      try take("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try take("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try take("null")
      return .null
    default: throw unexpected("a value")
    }
  }

  func checkDepth(_ depth: Int) throws(JSONError) {
    guard depth > limits.depth else { return }
    throw failure("lists and maps lie more than \(limits.depth) deep in each other")
  }

  private mutating func takeArray(depth: Int) throws(JSONError) -> JSON {
    try checkDepth(depth)
    position += 1
    var elements: [JSON] = []
    if peek() == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      elements.append(try takeValue(depth: depth))
      if try takeSeparator(closing: UInt8(ascii: "]")) { return .array(elements) }
    }
  }

  private mutating func takeObject(depth: Int) throws(JSONError) -> JSON {
    try checkDepth(depth)
    position += 1
    var object = JSONObject()
    if peek() == UInt8(ascii: "}") {
      position += 1
      return .object(object)
    }
    while true {
      let (raw, place) = try takeKey()
      let key = text(of: raw)
      let value = try takeValue(depth: depth)
      guard object.appendNew(key, value) else {
        throw failure("the key \(JSON.string(key).compact) occurs twice in this object", at: place)
      }
      if try takeSeparator(closing: UInt8(ascii: "}")) { return .object(object) }
    }
  }

  /// Takes a key and its colon; also returns where the key began.
  @inline(__always)
  mutating func takeKey() throws(JSONError) -> (key: RawString, place: Int) {
    guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
    let place = position
    let key = try takeString()
    guard peek() == UInt8(ascii: ":") else { throw unexpected("\":\" after the key") }
    position += 1
    return (key, place)
  }

  /// Takes a comma, or the bracket `closing`; true for the latter.
  @inline(__always)
  mutating func takeSeparator(closing: UInt8) throws(JSONError) -> Bool {
    let byte = peek()
    if byte == UInt8(ascii: ",") {
      position += 1
      return false
    }
    guard byte == closing, position < end else {
      throw unexpected("\",\" or \"\(Character(Unicode.Scalar(closing)))\"")
    }
    position += 1
    return true
  }
}
