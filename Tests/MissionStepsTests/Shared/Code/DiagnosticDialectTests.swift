import MissionSteps
import Testing

@Suite struct DiagnosticDialectTests {
  @Test func `what both streams say is told once`() {
    let line = "a.c:1:1: error: x\n"
    #expect(DiagnosticDialect.colon.parse(stdout: line, stderr: line + line).count == 1)
  }

  @Test func `words without a place count only where there is nothing better`() {
    let last = "collect2: error: ld returned 1 exit status\n"
    #expect(
      DiagnosticDialect.colon.parse(stdout: "", stderr: last).map(\.message) == ["ld returned 1 exit status"])
    #expect(
      DiagnosticDialect.colon.parse(stdout: "a.c:1:1: error: x\n", stderr: last).map(\.message) == ["x"])
  }

  @Test func `colours and carriage returns are no part of a line`() {
    let text = "\u{1B}[1ma.c:1:1: \u{1B}[31merror: \u{1B}[mx\r\n"
    #expect(
      DiagnosticDialect.colon.parse(stdout: text, stderr: "") == [
        Diagnostic(file: "a.c", line: 1, column: 1, severity: .error, message: "x")
      ])
    #expect(ToolText.lines("a\r\n\r\nb") == ["a", "", "b"])
    #expect(ToolText.plain("a\u{1B}") == "a")
  }
}
