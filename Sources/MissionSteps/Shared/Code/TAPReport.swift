/// Reads the Test Anything Protocol, version 13 and 14: `ok 1 - name # SKIP`, subtests indented.
package enum TAPReport {
  /// The report of the lines; nil where there is neither a version nor a plan.
  ///
  /// Only tests without subtests count: what holds others is a suite.
  package static func read(_ lines: [Substring]) -> TestReport? {
    guard lines.contains(where: { $0.hasPrefix("TAP version ") || isPlan($0) }) else { return nil }
    var report = TestReport()
    var deepest = -1
    for (index, line) in lines.enumerated() {
      let blanks = line.prefix { $0 == " " }.count
      guard let result = result(line.dropFirst(blanks)) else { continue }
      let isSuite = deepest > blanks
      deepest = blanks
      guard !isSuite else { continue }
      if result.isSkipped {
        report.skipped += 1
      } else if result.isGood {
        report.passed += 1
      } else {
        report.fail(result.name, message(lines[(index + 1)...], indent: blanks))
      }
    }
    return report
  }

  private static func isPlan(_ line: Substring) -> Bool {
    line.hasPrefix("1..") && Int(line.dropFirst(3).prefix { $0.isNumber }) != nil
  }

  private struct Result {
    let isGood: Bool
    let isSkipped: Bool
    let name: String
  }

  private static func result(_ line: Substring) -> Result? {
    let isGood = line.hasPrefix("ok")
    guard isGood || line.hasPrefix("not ok") else { return nil }
    var rest = line.dropFirst(isGood ? 2 : 6)
    guard rest.isEmpty || rest.first == " " else { return nil }
    var directive = ""
    if let hash = rest.firstRange(of: " # ") {
      directive = rest[hash.upperBound...].prefix(4).lowercased()
      rest = rest[..<hash.lowerBound]
    }
    rest = rest.drop { $0 == " " }.drop { $0.isNumber }
    rest = rest.drop { $0 == " " || $0 == "-" }
    // A test that is to be done may fail and harms nothing.
    return Result(
      isGood: isGood || directive == "todo", isSkipped: directive == "skip",
      name: rest.isEmpty ? "a test without a name" : String(rest))
  }

  /// The `error` or `message` of the block that follows a test, or the lines of diagnostics behind `#`.
  private static func message(_ lines: ArraySlice<Substring>, indent: Int) -> String {
    var isBlock = false
    var notes: [String] = []
    for line in lines {
      let text = line.dropFirst(min(indent, line.prefix { $0 == " " }.count))
      if text.hasPrefix("  ---") {
        isBlock = true
      } else if text.hasPrefix("  ...") || (!isBlock && !text.hasPrefix("#")) {
        break
      } else if isBlock {
        for key in ["  error: ", "  message: "] where text.hasPrefix(key) {
          return ColonDiagnostics.trimmed(text.dropFirst(key.count)).trimmingQuotes
        }
      } else {
        notes.append(ColonDiagnostics.trimmed(text.dropFirst()))
      }
    }
    return notes.joined(separator: "\n")
  }
}

extension String {
  /// The words of a YAML scalar in quotes.
  fileprivate var trimmingQuotes: String {
    guard count >= 2, let first, first == last, first == "'" || first == "\"" else { return self }
    return String(dropFirst().dropLast())
  }
}
