/// One thing wrong with a document: where it is, what was expected, and the way out.
package struct Problem: Sendable, Equatable {
  /// How bad it is: an error refuses the document, a warning goes with it.
  package enum Severity: String, Sendable { case error, warning }

  package var severity: Severity
  /// JSON pointer (RFC 6901) to the value at fault: `/steps/2/parameters/url`; empty for the whole document.
  package var pointer: String
  /// Line in the source text, from 1; 0 where the document has no such place.
  package var line: Int
  /// Column in the source text, in characters from 1.
  package var column: Int
  /// What is wrong, in lower case without a full stop: `is required`.
  package var message: String
  /// The way out, if there is one: `did you mean "url"?`.
  package var hint: String?
  /// True if the key is at fault rather than its value: then line and column are the key's.
  package var concernsKey: Bool
  /// True if the document is sound and the policy says no.
  package var isDenial = false

  /// Makes a denial: what the policy says no to, and how to allow it.
  package init(denied pointer: String, _ message: String, hint: String? = nil) {
    self.init(at: pointer, message, hint: hint)
    isDenial = true
  }

  /// Makes a problem whose place in the text is filled in later by the loader.
  package init(
    _ severity: Severity = .error, at pointer: String, _ message: String, hint: String? = nil,
    line: Int = 0, column: Int = 0, concernsKey: Bool = false
  ) {
    self.severity = severity
    self.pointer = pointer
    self.message = message
    self.hint = hint
    self.line = line
    self.column = column
    self.concernsKey = concernsKey
  }
}

/// Why a document was refused: all its problems, in the order of the text.
package struct ValidationError: Error, Sendable, Equatable {
  /// At least one of them is an error; warnings come along.
  package let problems: [Problem]

  /// Wraps the problems of one document.
  package init(_ problems: [Problem]) { self.problems = problems }
}
