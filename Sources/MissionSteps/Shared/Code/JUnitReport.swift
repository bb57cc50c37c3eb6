package import Formats

/// Reads the XML that JUnit made usual: `testcase` elements, with `failure`, `error` or `skipped` inside.
package enum JUnitReport {
  /// The report of a document's root, as the XML capability gives it; nil where it is none.
  package static func read(_ root: JSON) -> TestReport? {
    guard let name = root["name"]?.stringValue, name == "testsuites" || name == "testsuite" else {
      return nil
    }
    var report = TestReport()
    add(root, to: &report)
    return report
  }

  private static func add(_ element: JSON, to report: inout TestReport) {
    for child in element["children"]?.arrayValue ?? [] {
      switch child["name"]?.stringValue {
      case "testsuite": add(child, to: &report)
      case "testcase": addCase(child, to: &report)
      default: break
      }
    }
  }

  private static func addCase(_ element: JSON, to report: inout TestReport) {
    let attributes = element["attributes"]
    let name = attributes?["name"]?.stringValue ?? ""
    let parts = [attributes?["classname"]?.stringValue ?? "", name].filter { !$0.isEmpty }
    // CTest repeats the name as the class.
    let title = parts.count == 2 && parts[0] == parts[1] ? name : parts.joined(separator: ".")
    let children = element["children"]?.arrayValue ?? []
    func child(_ names: String...) -> JSON? {
      children.first { names.contains($0["name"]?.stringValue ?? "") }
    }
    if let failure = child("failure", "error") {
      let message = failure["attributes"]?["message"]?.stringValue ?? ""
      report.fail(title, message.isEmpty ? failure["text"]?.stringValue ?? "" : message)
    } else if child("skipped") != nil {
      report.skipped += 1
    } else {
      report.passed += 1
    }
  }
}
