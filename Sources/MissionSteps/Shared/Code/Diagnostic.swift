package import Formats

/// One thing that a compiler, a linter or a test runner says about a place in the code.
package struct Diagnostic: Sendable, Hashable {
  /// How bad it is, in the words that all tools are brought to.
  package enum Severity: String, Sendable { case error, warning, note }

  /// As the tool names it, until `located` brings it to the mission's view; nil where no file is named.
  package var file: String?
  /// From 1; nil where the tool names none.
  package var line: Int?
  /// From 1, as the tool counts.
  package var column: Int?
  package var severity: Severity
  package var message: String
  /// The name of the rule or of the warning's switch, where the tool tells it.
  package var rule: String?

  /// Makes a diagnostic.
  package init(
    file: String? = nil, line: Int? = nil, column: Int? = nil, severity: Severity, message: String,
    rule: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.severity = severity
    self.message = message
    self.rule = rule
  }

  /// `main.c:3:5: expected ';'`, as errors quote it.
  package var sentence: String {
    let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }
    return place.isEmpty ? message : place.joined(separator: ":") + ": " + message
  }

  /// The map that a compiler's output has of it.
  package var json: JSON { .object(fields) }

  /// The map that a linter's output has of it: with the rule.
  package var issue: JSON {
    var fields = fields
    fields["message"] = nil
    fields["rule"] = JSON(rule)
    fields["message"] = .string(message)
    return .object(fields)
  }

  private var fields: JSONObject {
    [
      "file": JSON(file), "line": line.map { JSON($0) } ?? .null,
      "column": column.map { JSON($0) } ?? .null, "severity": .string(severity.rawValue),
      "message": .string(message),
    ]
  }
}

extension Sequence<Diagnostic> {
  /// How many there are of a severity.
  package func count(of severity: Diagnostic.Severity) -> Int {
    reduce(0) { $0 + ($1.severity == severity ? 1 : 0) }
  }
}
