package import Formats
package import MissionModel

/// Problems of a document as lines that an editor can jump to.
package enum ProblemText {
  /// `build.yaml:7:5: error: /steps/1/depend_on: unknown field; did you mean "depends_on"?`
  package static func line(_ problem: Problem, file: String) -> String {
    let place = problem.line > 0 ? "\(file):\(problem.line):\(problem.column)" : file
    let pointer = problem.pointer.isEmpty ? "" : "\(problem.pointer): "
    let hint = problem.hint.map { "; \($0)" } ?? ""
    return Shown.value("\(place): \(problem.severity.rawValue): \(pointer)\(problem.message)\(hint)")
  }

  /// The same for a problem as the API sends it, without the file.
  package static func line(_ problem: JSON) -> String {
    var text = ""
    if let line = problem["line"]?.integerValue, line > 0 {
      text += "line \(line), column \(problem["column"]?.integerValue ?? 1): "
    }
    if let pointer = problem["pointer"]?.stringValue, !pointer.isEmpty { text += "\(pointer): " }
    text += problem["message"]?.stringValue ?? problem.compact
    if let hint = problem["hint"]?.stringValue { text += "; \(hint)" }
    return Shown.value(text)
  }
}
