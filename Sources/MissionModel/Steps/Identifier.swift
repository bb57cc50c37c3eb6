/// The names that steps and variables may have.
package enum Identifier {
  /// Longest name, in bytes.
  package static let maxLength = 128

  /// Words that name roots of placeholders and so cannot name a step (contract §1).
  package static let reserved: Set<String> = [
    "env", "context", "config", "secret", "mission", "steps", "timestamp", "uuid", "previous",
  ]

  /// True for `[A-Za-z_][A-Za-z0-9_-]{0,127}`.
  package static func isValid(_ text: String) -> Bool {
    var utf8 = text.utf8.makeIterator()
    guard let first = utf8.next(), isLetter(first), text.utf8.count <= maxLength else { return false }
    while let byte = utf8.next() {
      guard isLetter(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-") else { return false }
    }
    return true
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
  }
}
