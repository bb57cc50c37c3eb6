import Formats

/// The built-in check of files that hold data: whether they can be parsed at all.
package enum SyntaxCheck {
  /// What is wrong with a file's text; nil for good JSON or YAML.
  package static func problem(in bytes: [UInt8], language: String) -> Diagnostic? {
    do throws(JSONError) {
      if language == "json" {
        _ = try JSONParser.parse(bytes)
        return nil
      }
    } catch {
      return Diagnostic(
        line: error.position.line, column: error.position.column, severity: .error, message: error.message,
        rule: "syntax")
    }
    do throws(YAMLError) {
      _ = try YAMLParser.parseAll(bytes)
      return nil
    } catch {
      return Diagnostic(
        line: error.position.line, column: error.position.column, severity: .error, message: error.message,
        rule: "syntax")
    }
  }
}
