/// Why a text is not YAML that JSON can hold: where, and what was expected there.
package struct YAMLError: Error, Hashable, Sendable {
  /// The line and column at which the document is wrong.
  package let position: TextPosition
  /// What is wrong, lower case and without a full stop.
  package let message: String

  /// Describes what is wrong at `position`.
  package init(_ message: String, at position: TextPosition) {
    self.message = message
    self.position = position
  }
}

extension YAMLError: CustomStringConvertible {
  /// `line 2, column 3: the key "a" occurs twice in this map`.
  package var description: String { "\(position): \(message)" }
}
