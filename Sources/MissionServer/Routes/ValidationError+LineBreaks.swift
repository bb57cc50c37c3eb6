import MissionModel

extension ValidationError {
  /// The same, with a hint where YAML was sent in one line, which makes a puzzling error of syntax of it:
  /// what `curl -d @file` does, as a form has no line breaks.
  func explained(by document: [UInt8]) -> ValidationError {
    guard let problem = problems.first, problem.pointer.isEmpty, problem.hint == nil,
      !document.contains(UInt8(ascii: "\n")), document.first != UInt8(ascii: "{")
    else { return self }
    var hinted = problem
    hinted.hint = "all of it is one line; curl keeps line breaks with --data-binary, and drops them with -d"
    return ValidationError([hinted] + problems.dropFirst())
  }
}
