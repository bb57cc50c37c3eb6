import Formats

/// Diagnostics of tools that write JSON. What is no JSON, or has another shape, is passed over.
package enum JSONDiagnostics {
  /// Messages of `cargo --message-format=json` and `rustc --error-format=json`, one a line.
  package static func rust(_ lines: [Substring]) -> [Diagnostic] {
    lines.compactMap { line in
      guard line.first == "{", let object = parse(line) else { return nil }
      if let reason = object["reason"]?.stringValue {
        return reason == "compiler-message" ? object["message"].flatMap(rustMessage) : nil
      }
      return rustMessage(object)
    }
  }

  private static func rustMessage(_ message: JSON) -> Diagnostic? {
    guard let text = message["message"]?.stringValue, let level = message["level"]?.stringValue else {
      return nil
    }
    let severity: Diagnostic.Severity
    switch level {
    case "error", "error: internal compiler error": severity = .error
    case "warning": severity = .warning
    default: return nil
    }
    let spans = message["spans"]?.arrayValue ?? []
    guard let span = spans.first(where: { $0["is_primary"] == true }) ?? spans.first else {
      // Only a summary of the others, unless something such as the linker failed.
      let isSummary = text.hasPrefix("aborting due to") || text.hasSuffix("emitted")
      return isSummary || severity != .error ? nil : Diagnostic(severity: severity, message: text)
    }
    return Diagnostic(
      file: span["file_name"]?.stringValue, line: int(span["line_start"]), column: int(span["column_start"]),
      severity: severity, message: text, rule: message["code"]?["code"]?.stringValue)
  }

  /// `eslint --format json`.
  package static func eslint(_ text: String) -> [Diagnostic] {
    (parse(text[...])?.arrayValue ?? []).flatMap { file in
      (file["messages"]?.arrayValue ?? []).map { message in
        Diagnostic(
          file: file["filePath"]?.stringValue, line: int(message["line"]), column: int(message["column"]),
          severity: message["severity"] == 2 ? .error : .warning,
          message: message["message"]?.stringValue ?? "", rule: message["ruleId"]?.stringValue)
      }
    }
  }

  /// `shellcheck --format=json1`.
  package static func shellcheck(_ text: String) -> [Diagnostic] {
    (parse(text[...])?["comments"]?.arrayValue ?? []).map { comment in
      let severity: Diagnostic.Severity =
        switch comment["level"]?.stringValue {
        case "error": .error
        case "warning": .warning
        default: .note
        }
      return Diagnostic(
        file: comment["file"]?.stringValue, line: int(comment["line"]), column: int(comment["column"]),
        severity: severity, message: comment["message"]?.stringValue ?? "",
        rule: int(comment["code"]).map { "SC\($0)" })
    }
  }

  /// `ruff check --output-format json`; a syntax error has no code.
  package static func ruff(_ text: String) -> [Diagnostic] {
    (parse(text[...])?.arrayValue ?? []).map { item in
      let code = item["code"]?.stringValue
      // A source that cannot be parsed has no code in older versions.
      let isSyntax = code == nil || code == "invalid-syntax"
      let isError = isSyntax || code?.hasPrefix("E9") == true || code?.hasPrefix("F") == true
      return Diagnostic(
        file: item["filename"]?.stringValue, line: int(item["location"]?["row"]),
        column: int(item["location"]?["column"]), severity: isError ? .error : .warning,
        message: item["message"]?.stringValue ?? "", rule: code)
    }
  }

  private static func int(_ value: JSON?) -> Int? { value?.integerValue.flatMap { Int(exactly: $0) } }

  private static func parse(_ text: Substring) -> JSON? {
    // Lines that only look like JSON come from programs that share the stream.
    do throws(JSONError) { return try JSONParser.parse(Array(text.utf8)) } catch { return nil }
  }
}
