import Formats

/// Reads what `go test -json` writes: an event a line (`go doc test2json`).
package enum GoTestReport {
  /// The report of the lines; what is no event is passed over.
  package static func read(_ lines: [Substring]) -> TestReport {
    var report = TestReport()
    var words: [String: String] = [:]
    for line in lines where line.first == "{" {
      guard let event = parse(line), let action = event["Action"]?.stringValue else { continue }
      let package = event["Package"]?.stringValue ?? ""
      guard let test = event["Test"]?.stringValue else {
        // A package that could not be built has no test that failed.
        if action == "fail", !report.failures.contains(where: { $0.name.hasPrefix(package + ".") }) {
          report.fail(package, words[package] ?? "")
        } else if action == "output" {
          words[package, default: ""] += event["Output"]?.stringValue ?? ""
        }
        continue
      }
      let name = package + "." + test
      switch action {
      case "output":
        let text = event["Output"]?.stringValue ?? ""
        let isFrame = ["=== ", "--- "].contains { ColonDiagnostics.trimmed(text).hasPrefix($0) }
        if !isFrame { words[name, default: ""] += text }
      case "pass": report.passed += 1
      case "skip": report.skipped += 1
      case "fail": report.fail(name, ColonDiagnostics.trimmed(words[name] ?? ""))
      default: break
      }
      if action != "output" && action != "run" { words[name] = nil }
    }
    return report
  }

  private static func parse(_ line: Substring) -> JSON? {
    // What tests print may look like an event and be none.
    do throws(JSONError) { return try JSONParser.parse(Array(line.utf8)) } catch { return nil }
  }
}
