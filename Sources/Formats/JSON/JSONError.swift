/// Why a text is not JSON: where, and what was expected there.
package struct JSONError: Error, Hashable, Sendable {
  /// The byte at which the parser gave up, from 0.
  package let offset: Int
  /// The same place as line and column.
  package let position: TextPosition
  /// What is wrong, lower case and without a full stop: `expected a value, found "}"`.
  package let message: String

  /// Describes what is wrong with `source` at the byte `offset`.
  package init(_ message: String, at offset: Int, in source: UnsafeBufferPointer<UInt8>) {
    self.offset = offset
    self.position = TextPosition(of: offset, in: source)
    self.message = message
  }
}

extension JSONError: CustomStringConvertible {
  /// `line 1, column 5: expected a value, found "}"`.
  package var description: String { "\(position): \(message)" }
}
