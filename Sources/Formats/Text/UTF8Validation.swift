/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF.
package enum UTF8Validation {
  /// The length of the well-formed multi-byte sequence at `start`, or 0 where there is none.
  @inline(__always)
  static func sequenceLength(_ base: UnsafePointer<UInt8>, at start: Int, end: Int) -> Int {
    let first = base[start]
    let left = end - start
    if first < 0xE0 {
      guard first >= 0xC2, left >= 2, base[start + 1] & 0xC0 == 0x80 else { return 0 }
      return 2
    }
    if first < 0xF0 {
      guard left >= 3, base[start + 1] & 0xC0 == 0x80, base[start + 2] & 0xC0 == 0x80 else { return 0 }
      if first == 0xE0, base[start + 1] < 0xA0 { return 0 }
      if first == 0xED, base[start + 1] >= 0xA0 { return 0 }
      return 3
    }
    guard first <= 0xF4, left >= 4, base[start + 1] & 0xC0 == 0x80, base[start + 2] & 0xC0 == 0x80,
      base[start + 3] & 0xC0 == 0x80
    else { return 0 }
    if first == 0xF0, base[start + 1] < 0x90 { return 0 }
    if first == 0xF4, base[start + 1] >= 0x90 { return 0 }
    return 4
  }

  /// The offset of the first byte that is not part of well-formed UTF-8; nil if all of `bytes` is.
  package static func firstInvalidByte(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var index = 0
    while index < bytes.count {
      if index + 8 <= bytes.count, ByteWord.load(base, at: index) & ByteWord.highBits == 0 {
        index += 8
      } else if base[index] < 0x80 {
        index += 1
      } else {
        let length = sequenceLength(base, at: index, end: bytes.count)
        guard length > 0 else { return index }
        index += length
      }
    }
    return nil
  }

  /// The offset of the first byte of `bytes` that is not part of well-formed UTF-8; nil if all of it is.
  package static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBufferPointer { firstInvalidByte(in: $0) }
  }
}

/// Eight bytes looked at together, which is what makes scanning text fast.
enum ByteWord {
  static let ones: UInt64 = 0x0101_0101_0101_0101
  static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The eight bytes at `index`, the first one lowest.
  @inline(__always)
  static func load(_ base: UnsafePointer<UInt8>, at index: Int) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
  }

  /// Marks the high bit of the first byte that a JSON string cannot hold as it is: a quote, a backslash or a
  /// control character.
  ///
  /// Marks after the first may be wrong, since a subtraction borrows from its neighbour.
  @inline(__always)
  static func needsEscape(_ word: UInt64) -> UInt64 {
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let marks =
      ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- (ones &* 0x20)) & ~word)
    return marks & highBits
  }
}
