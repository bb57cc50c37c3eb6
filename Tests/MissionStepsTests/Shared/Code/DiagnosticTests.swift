import Formats
import MissionSteps
import Testing

@Suite struct DiagnosticTests {
  @Test func `a diagnostic reads as compilers write it`() {
    let full = Diagnostic(file: "a.c", line: 1, column: 2, severity: .error, message: "x", rule: "r")
    #expect(full.sentence == "a.c:1:2: x")
    #expect(Diagnostic(severity: .note, message: "y").sentence == "y")
    #expect(
      full.json == ["file": "a.c", "line": 1, "column": 2, "severity": "error", "message": "x"])
    #expect(full.issue["rule"] == "r")
    #expect([full, full].count(of: .error) == 2)
  }
}
