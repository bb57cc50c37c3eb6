/// The name of a job: a UUIDv7 (RFC 9562) in its canonical lower-case text, so that ids sort by creation.
package struct JobID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let description: String

  /// Takes the canonical 36-character text; nil for anything else.
  package init?(_ text: String) {
    guard text.utf8.count == 36 else { return nil }
    var position = 0
    for byte in text.utf8 {
      switch position {
      case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
      default:
        let isHexadecimal = (48...57).contains(byte) || (97...102).contains(byte)
        guard isHexadecimal else { return nil }
      }
      position += 1
    }
    description = text
  }

  package static func < (left: JobID, right: JobID) -> Bool { left.description < right.description }
}
