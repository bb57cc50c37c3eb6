/// Reads the text of test runners that have no report for machines, or wrote none.
package enum TextTestReport {
  /// `test name ... ok`, and `---- name stdout ----` above the words of a failure: cargo test.
  package static func cargo(_ lines: [Substring]) -> TestReport {
    var report = TestReport()
    var words: [String: String] = [:]
    var current: String?
    for line in lines {
      if line.hasPrefix("---- "), line.hasSuffix(" stdout ----") {
        current = String(line.dropFirst(5).dropLast(12))
      } else if line == "failures:" || line.hasPrefix("test result: ") {
        current = nil
      } else if let name = current {
        words[name, default: ""] += line + "\n"
      }
    }
    for line in lines where line.hasPrefix("test ") {
      guard let dots = line.ranges(of: " ... ").last else { continue }
      let name = String(line[..<dots.lowerBound].dropFirst(5))
      let verdict = line[dots.upperBound...]
      if verdict.hasPrefix("ok") {
        report.passed += 1
      } else if verdict.hasPrefix("ignored") {
        report.skipped += 1
      } else if verdict.hasPrefix("FAILED") {
        report.fail(name, paragraph(words[name] ?? ""))
      }
    }
    return report
  }

  /// `Test Case 'A.b' passed`, below the lines that say why one failed: XCTest.
  package static func xctest(_ lines: [Substring]) -> TestReport {
    var report = TestReport()
    var words: [String: String] = [:]
    for line in lines {
      if line.hasPrefix("Test Case '"), let quote = line.lastIndex(of: "'") {
        let name = String(line[..<quote].dropFirst(11))
        let rest = line[quote...]
        if rest.hasPrefix("' passed") { report.passed += 1 }
        if rest.hasPrefix("' skipped") { report.skipped += 1 }
        if rest.hasPrefix("' failed") { report.fail(name, words[name] ?? "") }
      } else if let error = line.firstRange(of: ": error: "),
        let colon = line[error.upperBound...].firstRange(of: " : ")
      {
        let name = String(line[error.upperBound..<colon.lowerBound])
        let place = line[..<error.lowerBound].split(separator: "/").last ?? ""
        words[name, default: ""] +=
          (words[name] == nil ? "" : "\n") + place + ": " + line[colon.upperBound...]
      }
    }
    return report
  }

  /// `✔ Test a() passed`: swift-testing.
  package static func swiftTesting(_ lines: [Substring]) -> TestReport {
    var report = TestReport()
    var words: [String: String] = [:]
    for line in lines {
      let text = line.drop { !$0.isLetter }
      guard text.hasPrefix("Test "),
        !["run ", "Suite ", "Case ", "case "].contains(where: text.dropFirst(5).hasPrefix)
      else { continue }
      let rest = text.dropFirst(5)
      if let issue = rest.firstRange(of: " recorded an issue at ") {
        words[String(rest[..<issue.lowerBound])] = String(rest[issue.upperBound...])
      } else if rest.contains(" passed after ") {
        report.passed += 1
      } else if rest.contains(" skipped") {
        report.skipped += 1
      } else if let failed = rest.firstRange(of: " failed after ") {
        let name = String(rest[..<failed.lowerBound])
        report.fail(name, words[name] ?? "")
      }
    }
    return report
  }

  /// `Ran 3 tests`, `FAILED (failures=1, skipped=1)`, and a block a failure: Python's unittest.
  package static func unittest(_ lines: [Substring]) -> TestReport {
    var report = TestReport()
    var ran = 0
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("Ran "), let number = line.split(separator: " ").dropFirst().first {
        ran += Int(number) ?? 0
      } else if line.hasPrefix("OK (") || line.hasPrefix("FAILED (") {
        for part in line.drop(while: { $0 != "(" }).dropFirst().dropLast().split(separator: ",") {
          let words = part.split(separator: "=")
          guard words.count == 2, ColonDiagnostics.trimmed(words[0]) == "skipped" else { continue }
          report.skipped += Int(words[1]) ?? 0
        }
      } else if index > 0, lines[index - 1].hasPrefix("======"),
        line.hasPrefix("FAIL: ") || line.hasPrefix("ERROR: ")
      {
        let block = lines[(index + 2)...].prefix { !$0.hasPrefix("------") && !$0.hasPrefix("======") }
        let name = line[(line.firstIndex(of: " ") ?? line.startIndex)...]
        report.fail(ColonDiagnostics.trimmed(name), String(block.last { !$0.isEmpty } ?? ""))
      }
    }
    report.passed = max(0, ran - report.failed - report.skipped)
    return report
  }

  /// `# PASS:  3` and `FAIL: name`: automake's summary. Nil where there is none.
  package static func automake(_ lines: [Substring]) -> TestReport? {
    guard lines.contains(where: { $0.hasPrefix("# TOTAL:") }) else { return nil }
    var report = TestReport()
    for line in lines {
      for word in ["FAIL: ", "ERROR: ", "XPASS: "] where line.hasPrefix(word) {
        report.fail(ColonDiagnostics.trimmed(line.dropFirst(word.count)))
      }
      guard line.hasPrefix("# "), let colon = line.firstIndex(of: ":"),
        let number = Int(ColonDiagnostics.trimmed(line[line.index(after: colon)...]))
      else { continue }
      switch line[..<colon] {
      case "# PASS", "# XFAIL": report.passed += number
      case "# SKIP": report.skipped += number
      default: break
      }
    }
    return report
  }

  /// `[INFO] Tests run: 3, Failures: 1, Errors: 0, Skipped: 1`, the last of them: Maven.
  package static func maven(_ lines: [Substring]) -> TestReport {
    let summary = lines.last { $0.contains("Tests run: ") && !$0.contains("Time elapsed") }
    guard let summary, let start = summary.firstRange(of: "Tests run: ") else { return TestReport() }
    let numbers = summary[start.lowerBound...].split(separator: ",").compactMap { part in
      part.firstRange(of: ": ").flatMap { Int(part[$0.upperBound...].prefix { $0.isNumber }) }
    }
    guard numbers.count >= 4 else { return TestReport() }
    let failed = numbers[1] + numbers[2]
    return TestReport(
      passed: max(0, numbers[0] - failed - numbers[3]), failed: failed, skipped: numbers[3])
  }

  /// The last counts that runners of npm print: `# pass 3`, `3 passing`, `Tests: 1 failed, 2 passed`.
  package static func node(_ lines: [Substring]) -> TestReport {
    var report = TestReport()
    for line in lines {
      let words = line.split { $0 == " " || $0 == "," }
      if words.first == "Tests:" {
        for (number, word) in zip(words.dropFirst(), words.dropFirst(2)) {
          count(word, Int(number), in: &report)
        }
      } else if words.count == 3, words[0] == "#" || words[0] == "ℹ" {
        count(words[1], Int(words[2]), in: &report)
      } else if words.count >= 2, let number = Int(words[0]) {
        count(words[1], number, in: &report)
      }
    }
    return report
  }

  private static func count(_ word: Substring, _ number: Int?, in report: inout TestReport) {
    guard let number else { return }
    switch word {
    case "pass", "passed", "passing": report.passed = number
    case "fail", "failed", "failing": report.failed = number
    case "skipped", "pending": report.skipped = number
    default: break
    }
  }

  /// The words of a failure without the trace behind them.
  private static func paragraph(_ text: String) -> String {
    let end = text.firstRange(of: "\nstack backtrace:")?.lowerBound ?? text.endIndex
    let lines = text[..<end].split(separator: "\n").filter { !$0.hasPrefix("note: run with") }
    return lines.joined(separator: "\n")
  }
}
