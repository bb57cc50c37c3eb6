/// Walks JSON text (RFC 8259): the part that the parser, the reader and the locator share.
///
/// It borrows the bytes: whoever makes one keeps them alive, within a `withUnsafeBufferPointer`.
struct JSONCursor {
  /// A string as it stands in the source, without its quotes.
  struct RawString {
    let start: Int
    let end: Int
    let hasEscapes: Bool
  }

  let source: UnsafeBufferPointer<UInt8>
  let base: UnsafePointer<UInt8>
  let end: Int
  let limits: DocumentLimits
  var position = 0

  init(_ source: UnsafeBufferPointer<UInt8>, limits: DocumentLimits) throws(JSONError) {
    precondition(limits.depth <= DocumentLimits.greatestDepth, "the depth limit would overrun the stack")
    self.source = source
    self.limits = limits
    guard let base = source.baseAddress, !source.isEmpty else {
      throw JSONError("expected a value, found nothing", at: 0, in: source)
    }
    self.base = base
    self.end = source.count
    if source.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  func failure(_ message: String, at offset: Int? = nil) -> JSONError {
    JSONError(message, at: offset ?? position, in: source)
  }

  /// The failure that names what stands at the cursor instead of what was `expected`.
  func unexpected(_ expected: String) -> JSONError {
    guard position < end else { return failure("expected \(expected), found the end of the text") }
    let byte = base[position]
    switch byte {
    case 0: return failure("expected \(expected), found a NUL byte")
    case 0x21...0x7E: return failure("expected \(expected), found \"\(Character(Unicode.Scalar(byte)))\"")
    case 0x80...:
      let length = UTF8Validation.sequenceLength(base, at: position, end: end)
      guard length > 0 else { return failure("the text is not valid UTF-8") }
      let found = String(decoding: source[position..<position + length], as: UTF8.self)
      return failure("expected \(expected), found \"\(found)\"")
    default:
      return failure("expected \(expected), found the control character \(ControlCharacters.name(byte))")
    }
  }

  @inline(__always)
  mutating func skipWhitespace() {
    while position < end {
      let byte = base[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  /// The next byte that is not white space, without taking it; 0 at the end.
  @inline(__always)
  mutating func peek() -> UInt8 {
    skipWhitespace()
    return position < end ? base[position] : 0
  }

  /// Fails unless only white space is left.
  mutating func expectEnd() throws(JSONError) {
    skipWhitespace()
    if position < end { throw unexpected("the end of the text") }
  }

  mutating func take(_ word: StaticString) throws(JSONError) {
    let length = word.utf8CodeUnitCount
    guard end - position >= length else { throw unexpected("a value") }
    for index in 0..<length where base[position + index] != word.utf8Start[index] {
      throw failure("expected a value: only true, false and null are words in JSON")
    }
    position += length
  }

  /// Takes a string, whose opening quote is at the cursor, and validates it.
  @inline(__always)
  mutating func takeString() throws(JSONError) -> RawString {
    let start = position + 1
    var index = start
    while index + 8 <= end {
      let word = ByteWord.load(base, at: index)
      let stops = ByteWord.needsEscape(word) | (word & ByteWord.highBits)
      if stops != 0 {
        index += stops.trailingZeroBitCount >> 3
        break
      }
      index += 8
    }
    if index < end, base[index] == UInt8(ascii: "\"") {
      position = index + 1
      try checkLength(index - start, at: start - 1)
      return RawString(start: start, end: index, hasEscapes: false)
    }
    return try takeIrregularString(from: index, start: start)
  }

  /// The rest of a string that has escapes, characters beyond ASCII, or a fault.
  private mutating func takeIrregularString(from: Int, start: Int) throws(JSONError) -> RawString {
    var index = from
    var hasEscapes = false
    while index < end {
      if index + 8 <= end {
        let word = ByteWord.load(base, at: index)
        let stops = ByteWord.needsEscape(word) | (word & ByteWord.highBits)
        if stops == 0 {
          index += 8
          continue
        }
        index += stops.trailingZeroBitCount >> 3
      }
      switch base[index] {
      case UInt8(ascii: "\""):
        position = index + 1
        try checkLength(index - start, at: start - 1)
        return RawString(start: start, end: index, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        index = try escapeEnd(at: index)
      case ..<0x20:
        throw failure(
          "a string cannot contain the control character \(ControlCharacters.name(base[index])) as it is: "
            + "write \(ControlCharacters.jsonEscape(base[index]))", at: index)
      case 0x80...:
        let length = UTF8Validation.sequenceLength(base, at: index, end: end)
        guard length > 0 else { throw failure("the text is not valid UTF-8", at: index) }
        index += length
      default: index += 1
      }
    }
    throw failure("the string that begins here has no closing quote", at: start - 1)
  }

  private func checkLength(_ length: Int, at offset: Int) throws(JSONError) {
    guard length > limits.scalarBytes else { return }
    throw failure("a string of \(length) bytes is over the limit of \(limits.scalarBytes)", at: offset)
  }

  /// Validates the escape at `index`, both halves of a surrogate pair together, and returns what follows it.
  private func escapeEnd(at index: Int) throws(JSONError) -> Int {
    guard index + 1 < end else { throw failure("the text ends within an escape", at: index) }
    switch base[index + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return index + 2
    case UInt8(ascii: "u"): break
    default:
      throw failure("unknown escape: JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX", at: index)
    }
    guard let unit = hexUnit(at: index + 2) else {
      throw failure("\\u needs four hexadecimal digits", at: index)
    }
    switch unit {
    case 0 where !limits.allowsNUL: throw failure("a string cannot contain U+0000 here", at: index)
    case 0xD800...0xDBFF:
      guard index + 7 < end, base[index + 6] == UInt8(ascii: "\\"), base[index + 7] == UInt8(ascii: "u"),
        let low = hexUnit(at: index + 8), (0xDC00...0xDFFF).contains(low)
      else { throw failure("a high surrogate needs a low one after it", at: index) }
      return index + 12
    case 0xDC00...0xDFFF: throw failure("a low surrogate needs a high one before it", at: index)
    default: return index + 6
    }
  }

  /// The UTF-16 code unit of four hexadecimal digits at `index`; nil if there are not four.
  private func hexUnit(at index: Int) -> UInt32? {
    guard index + 4 <= end else { return nil }
    var unit: UInt32 = 0
    for offset in 0..<4 {
      guard let digit = Hex.value(of: base[index + offset]) else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// The value of a string that `takeString` has validated.
  @inline(__always)
  func text(of raw: RawString) -> String {
    let bytes = UnsafeBufferPointer(start: base + raw.start, count: raw.end - raw.start)
    return raw.hasEscapes ? unescaped(bytes) : String(decoding: bytes, as: UTF8.self)
  }

  private func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    // An escape is never shorter than what it stands for, so the source's length is enough.
    String(unsafeUninitializedCapacity: bytes.count) { output in
      var written = 0
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        guard byte == UInt8(ascii: "\\") else {
          output[written] = byte
          written += 1
          index += 1
          continue
        }
        let kind = bytes[index + 1]
        if kind == UInt8(ascii: "u") {
          let start = bytes.baseAddress! + index - base  // bytes is not empty here
          let scalar = self.scalar(ofEscapeAt: start)
          index += scalar.value > 0xFFFF ? 12 : 6
          for unit in UTF8.encode(scalar).unsafelyUnwrapped {  // every scalar has UTF-8
            output[written] = unit
            written += 1
          }
        } else {
          output[written] = ControlCharacters.unescaped(kind)
          written += 1
          index += 2
        }
      }
      return written
    }
  }

  private func scalar(ofEscapeAt index: Int) -> Unicode.Scalar {
    let high = hexUnit(at: index + 2) ?? 0
    guard (0xD800...0xDBFF).contains(high), let low = hexUnit(at: index + 8) else {
      return Unicode.Scalar(high) ?? "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
  }
}
