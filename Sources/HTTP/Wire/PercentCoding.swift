/// Percent-encoding of RFC 3986 §2.1.
package enum PercentCoding {
  /// Decodes `text`; what is no valid escape stays as it is, and bytes that are no UTF-8 become U+FFFD.
  ///
  /// `plusIsSpace` reads `+` as a space, which is the rule in queries that forms and curl write.
  package static func decode(_ text: some Sequence<UInt8>, plusIsSpace: Bool = false) -> String {
    let source = Array(text)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.count)
    var index = 0
    while index < source.count {
      let byte = source[index]
      if byte == .percent, index + 2 < source.count, let high = source[index + 1].hexValue,
        let low = source[index + 2].hexValue
      {
        bytes.append(UInt8(high << 4 | low))
        index += 3
        continue
      }
      bytes.append(plusIsSpace && byte == 0x2B ? .space : byte)
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Encodes everything but the unreserved characters, so that the result is one path segment or query value.
  package static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      default: bytes += [.percent, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// True if every `%` is followed by two hexadecimal digits.
  static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for index in bytes.indices where bytes[index] == .percent {
      guard index + 2 < bytes.count, bytes[index + 1].hexValue != nil, bytes[index + 2].hexValue != nil
      else { return false }
    }
    return true
  }
}
