/// Writes compact JSON into bytes: answers, results and documents that are made piece by piece.
///
/// Commas are put where they belong; the caller opens and closes objects and arrays in pairs, and gives a key
/// before each value of an object. Numbers must be finite, since JSON has no other.
package struct JSONWriter: Sendable {
  /// What has been written so far.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Makes a writer with room for `capacity` bytes.
  package init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  /// Makes a writer that goes on at the end of `bytes`, so that a buffer can be used again.
  package init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

  /// What has been written, as text.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what was written and keeps the memory.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  /// Opens an object.
  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Closes the innermost object.
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Opens an array.
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Closes the innermost array.
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  /// Writes the key of the value that is written next.
  package mutating func key(_ key: String) {
    separate()
    bytes.appendJSONString(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a string, or null where there is none.
  package mutating func value(_ value: String?) {
    guard let value else { return null() }
    separate()
    bytes.appendJSONString(value)
  }

  /// Writes an integer.
  package mutating func value(_ value: some BinaryInteger) {
    separate()
    bytes.appendDecimal(Int64(exactly: value), else: value)
  }

  /// Writes `true` or `false`.
  package mutating func value(_ value: Bool) {
    separate()
    bytes.append(contentsOf: value ? Self.trueBytes : Self.falseBytes)
  }

  /// Writes a finite number.
  package mutating func value(_ value: Double) {
    precondition(value.isFinite, "JSON has no number for \(value)")
    separate()
    bytes.append(contentsOf: value.description.utf8)
  }

  /// Writes `null`.
  package mutating func null() {
    separate()
    bytes.append(contentsOf: Self.nullBytes)
  }

  /// Writes a value of any kind.
  package mutating func value(_ value: JSON) {
    switch value {
    case .null: null()
    case .bool(let value): self.value(value)
    case .integer(let value): self.value(value)
    case .double(let value): self.value(value)
    case .decimal(let digits):
      separate()
      bytes.append(contentsOf: digits.utf8)
    case .string(let value):
      separate()
      bytes.appendJSONString(value)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members): self.value(members)
    }
  }

  /// Writes an object.
  package mutating func value(_ members: JSONObject) {
    beginObject()
    for member in members {
      key(member.key)
      value(member.value)
    }
    endObject()
  }

  /// Writes bytes that are one JSON value already, as a string is when its text is UTF-8 and quoted.
  package mutating func raw(_ json: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  private static let trueBytes = Array("true".utf8)
  private static let falseBytes = Array("false".utf8)
  private static let nullBytes = Array("null".utf8)
}

extension JSONWriter {
  /// Writes a member whose value is a string, or null where there is none.
  package mutating func member(_ key: String, _ value: String?) {
    self.key(key)
    self.value(value)
  }

  /// Writes a member whose value is an integer.
  package mutating func member(_ key: String, _ value: some BinaryInteger) {
    self.key(key)
    self.value(value)
  }

  /// Writes a member whose value is a bool.
  package mutating func member(_ key: String, _ value: Bool) {
    self.key(key)
    self.value(value)
  }

  /// Writes a member whose value is of any kind.
  package mutating func member(_ key: String, _ value: JSON) {
    self.key(key)
    self.value(value)
  }
}

extension [UInt8] {
  /// Appends `text` as a JSON string with its quotes.
  package mutating func appendJSONString(_ text: String) {
    var text = text
    text.withUTF8 { appendJSONString($0) }
  }

  /// Appends UTF-8 `text` as a JSON string with its quotes; bytes are taken over as they are but for escapes.
  @inline(__always)
  mutating func appendJSONString(_ text: UnsafeBufferPointer<UInt8>) {
    // A long text that is more than all before it gets its room at once instead of by doubling.
    if text.count > 1 << 16, text.count > capacity - count { reserve(for: text) }
    append(UInt8(ascii: "\""))
    if let base = text.baseAddress { appendEscaped(base, count: text.count) }
    append(UInt8(ascii: "\""))
  }

  private mutating func reserve(for text: UnsafeBufferPointer<UInt8>) {
    let escapes = text.reduce(0) { count, byte in
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { return count }
      return count + ControlCharacters.jsonEscapeLength(byte) - 1
    }
    let needed = count + text.count + escapes + 64
    if needed >= 2 * capacity { reserveCapacity(needed) }
  }

  private mutating func appendEscaped(_ base: UnsafePointer<UInt8>, count: Int) {
    var start = 0
    var index = 0
    while index < count {
      if index + 8 <= count {
        let stops = ByteWord.needsEscape(ByteWord.load(base, at: index))
        guard stops != 0 else {
          index += 8
          continue
        }
        index += stops.trailingZeroBitCount >> 3
      }
      let byte = base[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      append(contentsOf: UnsafeBufferPointer(start: base + start, count: index - start))
      append(contentsOf: ControlCharacters.jsonEscape(byte).utf8)
      index += 1
      start = index
    }
    append(contentsOf: UnsafeBufferPointer(start: base + start, count: count - start))
  }

  fileprivate mutating func appendDecimal(_ value: Int64?, else wide: some BinaryInteger) {
    guard let value else { return append(contentsOf: String(wide).utf8) }
    if value < 0 { append(UInt8(ascii: "-")) }
    let first = count
    var rest = value.magnitude
    repeat {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder))
      rest = quotient
    } while rest > 0
    self[first...].reverse()
  }
}
