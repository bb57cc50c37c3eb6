/// Why a text is not base64.
package struct Base64Error: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and where in the text: `character 5 of the base64 text is "!"`.
  package let description: String

  /// Makes the error that says `description`.
  package init(description: String) { self.description = description }
}

/// Base64 (RFC 4648 §4): the standard alphabet, padded, and strict when read.
package enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// Writes `bytes` on one line, padded with `=` to a multiple of four characters.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let second = start + 1 < bytes.count ? bytes[start + 1] : 0
      let third = start + 2 < bytes.count ? bytes[start + 2] : 0
      let group = UInt32(bytes[start]) << 16 | UInt32(second) << 8 | UInt32(third)
      text.append(alphabet[Int(group >> 18)])
      text.append(alphabet[Int(group >> 12 & 63)])
      text.append(start + 1 < bytes.count ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
      text.append(start + 2 < bytes.count ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads what `encode` writes; line ends and blanks between the characters are skipped (as MIME has them).
  ///
  /// Throws `Base64Error` for other characters, wrong padding, and bits left over that are not zero.
  package static func decode(_ text: String) throws(Base64Error) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var group: UInt32 = 0
    var digits = 0
    var padding = 0
    for (index, character) in text.utf8.enumerated() {
      switch character {
      case 0x20, 0x0A, 0x0D, 0x09: continue
      case UInt8(ascii: "="): padding += 1
      default:
        let value = values[Int(character)]
        guard value != 0xFF else {
          throw Base64Error(
            description: "character \(index + 1) of the base64 text is not one of its alphabet")
        }
        guard padding == 0 else {
          throw Base64Error(description: "character \(index + 1) of the base64 text follows its padding")
        }
        group = group << 6 | UInt32(value)
        digits += 1
        guard digits.isMultiple(of: 4) else { continue }
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        bytes.append(UInt8(truncatingIfNeeded: group >> 8))
        bytes.append(UInt8(truncatingIfNeeded: group))
        group = 0
      }
    }
    try finish(&bytes, group: group, digits: digits, padding: padding)
    return bytes
  }

  private static func finish(
    _ bytes: inout [UInt8], group: UInt32, digits: Int, padding: Int
  ) throws(Base64Error) {
    let left = digits % 4
    guard left != 1, padding == (left == 0 ? 0 : 4 - left) else {
      throw Base64Error(
        description: "the base64 text has \(digits) characters and \(padding) of padding, "
          + "which together are no multiple of four")
    }
    guard left > 0 else { return }
    let unused = left == 2 ? group & 15 : group & 3
    guard unused == 0 else {
      throw Base64Error(
        description: "the last character of the base64 text holds bits that belong to no byte")
    }
    if left == 2 {
      bytes.append(UInt8(truncatingIfNeeded: group >> 4))
    } else {
      bytes.append(UInt8(truncatingIfNeeded: group >> 10))
      bytes.append(UInt8(truncatingIfNeeded: group >> 2))
    }
  }
}
