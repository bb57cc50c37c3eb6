package import Formats

/// A function, a type or another thing with a name that some source declares.
package struct Declaration: Sendable, Equatable {
  package var name: String
  /// In the words of universal-ctags, of which some are brought together: `function`, `method`, `class`.
  package var kind: String
  /// As the mission names it.
  package var file: String
  /// The line of the name, from 1.
  package var line: Int
  /// The line where its body ends; nil where that is not known.
  package var endLine: Int?
  /// What follows the name: parameters, and the result where the language writes it there.
  package var signature: String?
  /// What it is declared in, as the language joins names; nil at the top.
  package var scope: String?
  /// In the words of `CodeLanguage`.
  package var language: String
  /// What the comment above it, or the string below it, says; nil without one.
  package var comment: String?

  /// States a declaration.
  package init(
    name: String, kind: String, file: String, line: Int, endLine: Int? = nil, signature: String? = nil,
    scope: String? = nil, language: String, comment: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.file = file
    self.line = line
    self.endLine = endLine
    self.signature = signature
    self.scope = scope
    self.language = language
    self.comment = comment
  }

  /// The map that an output has of it.
  package var json: JSON {
    [
      "name": .string(name), "kind": .string(kind), "file": .string(file), "line": JSON(line),
      "end_line": endLine.map { JSON($0) } ?? .null, "signature": JSON(signature), "scope": JSON(scope),
      "language": .string(language),
    ]
  }
}
