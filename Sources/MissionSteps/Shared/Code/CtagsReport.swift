import Formats

/// What `ctags --output-format=json` says: a JSON object a line (ctags-json-output(5)).
package enum CtagsReport {
  /// The arguments of the call; the names of files come by standard input.
  package static let arguments = [
    "--quiet", "--options=NONE", "--output-format=json", "--fields=+neKSlzs", "--sort=no", "--links=no",
  ]
  package static let input = ["-f", "-", "-L", "-"]

  /// The declarations of a report, files as ctags names them.
  package static func read(_ text: String) -> [Declaration] {
    ToolText.lines(text).compactMap { line in
      guard line.hasPrefix("{") else { return nil }
      let tag: JSON
      do throws(JSONError) { tag = try JSONParser.parse(String(line)) } catch { return nil }
      guard tag["_type"] == "tag", let name = tag["name"]?.stringValue, let path = tag["path"]?.stringValue,
        let kind = tag["kind"]?.stringValue, let line = tag["line"]?.integerValue
      else { return nil }
      let language = tag["language"]?.stringValue ?? ""
      return Declaration(
        name: name, kind: self.kind(kind, in: language, scope: tag["scopeKind"]?.stringValue), file: path,
        line: Int(line), endLine: tag["end"]?.integerValue.map { Int($0) },
        signature: tag["signature"]?.stringValue, scope: tag["scope"]?.stringValue,
        language: self.language(language))
    }
  }

  /// One word for what ctags names differently by language.
  private static func kind(_ kind: String, in language: String, scope: String?) -> String {
    switch (kind, language) {
    // Of Go only methods have a scope that is not a package.
    case ("func", "Go"): scope == nil || scope == "package" ? "function" : "method"
    case ("member", "Python"),
      ("generator", "JavaScript") where scope == "class":
      "method"
    case ("func", _), ("subroutine", _), ("procedure", _), ("generator", _): "function"
    case ("methodSpec", "Go"): "method"
    case ("function", "C++") where scope.map { DeclarationRules.types.contains($0) } ?? false: "method"
    default: kind
    }
  }

  private static func language(_ name: String) -> String {
    switch name {
    case "Sh": "shell"
    default: name.lowercased()
    }
  }
}
