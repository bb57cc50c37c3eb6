package import Formats

/// The safety report as people read it.
package enum SafetyText {
  /// A paragraph a step, what is denied at the end.
  ///
  /// - Parameter report: as `/missions/validate?safety=1` gives it.
  package static func text(_ report: JSON, file: String) -> String {
    var text = "\(Shown.value(file)): risk \(word(report, "risk")), sandbox \(word(report, "sandbox"))\n"
    let steps = report["steps"]?.arrayValue ?? []
    for step in steps {
      text += "\n\(word(step, "id"))  \(word(step, "step_type"))  risk \(word(step, "risk")): "
      text += texts(step, "reasons").joined(separator: ", ") + "\n"
      for title in ["reads", "writes", "programs", "hosts", "secrets"] {
        text += line(title, texts(step, title))
      }
      for unknown in texts(step, "unknown") { text += "  not known  \(unknown)\n" }
    }
    let denials = ([report] + steps).flatMap { $0["denials"]?.arrayValue ?? [] }
    if !denials.isEmpty { text += "\ndenied\n" }
    for denial in denials { text += "  \(ProblemText.line(denial))\n" }
    return text + "\nnote: \(word(report, "note"))\n"
  }

  private static func word(_ value: JSON, _ key: String) -> String {
    Shown.value(value[key]?.stringValue ?? "")
  }

  private static func texts(_ value: JSON, _ key: String) -> [String] {
    (value[key]?.arrayValue ?? []).map { Shown.value($0.stringValue ?? "") }
  }

  private static func line(_ title: String, _ values: [String]) -> String {
    guard !values.isEmpty else { return "" }
    let padding = String(repeating: " ", count: 9 - title.utf8.count)
    return "  \(title)\(padding)  \(values.joined(separator: ", "))\n"
  }
}
