import MissionSteps
import Testing

@Suite struct ColonDiagnosticsTests {
  @Test(arguments: [
    (
      "src/a.c:3:5: error: expected ';' before '}' token",
      Diagnostic(
        file: "src/a.c", line: 3, column: 5, severity: .error, message: "expected ';' before '}' token")
    ),
    (
      "a b.c:1:22: warning: unused variable ‘x’ [-Wunused-variable]",
      Diagnostic(
        file: "a b.c", line: 1, column: 22, severity: .warning, message: "unused variable ‘x’",
        rule: "-Wunused-variable")
    ),
    (
      "main.c:1:10: fatal error: none.h: No such file or directory",
      Diagnostic(
        file: "main.c", line: 1, column: 10, severity: .error, message: "none.h: No such file or directory")
    ),
    (
      "/p/a.swift:2:14: warning: [NoBlockComments] replace this block comment",
      Diagnostic(
        file: "/p/a.swift", line: 2, column: 14, severity: .warning, message: "replace this block comment",
        rule: "NoBlockComments")
    ),
    (
      "./a.yaml:3:1: [error] trailing spaces (trailing-spaces)",
      Diagnostic(
        file: "./a.yaml", line: 3, column: 1, severity: .error, message: "trailing spaces",
        rule: "trailing-spaces")
    ),
    (
      "Makefile:2: *** missing separator.  Stop.",
      Diagnostic(file: "Makefile", line: 2, severity: .error, message: "*** missing separator.  Stop.")
    ),
    (
      "cc: error: none.c: No such file or directory",
      Diagnostic(severity: .error, message: "none.c: No such file or directory")
    ),
    (
      "/usr/bin/ld: a.c:(.text+0x5): undefined reference to `x'",
      Diagnostic(file: "a.c", severity: .error, message: "undefined reference to `x'")
    ),
  ])
  func `a line is read into its parts`(line: String, expected: Diagnostic) {
    #expect(ColonDiagnostics.parse([line[...]]) == [expected])
  }

  @Test(arguments: [
    "In file included from a.h:1,", "                 from main.c:1:", "12:30:45: error: a time is no file",
    "http://a.b:80: error: no file", "main.c: In function 'main':", "make: *** [Makefile:3: all] Error 1", "",
    ":::", "a.c:99999999999: error: x",
  ])
  func `what only looks like a place is passed over`(line: String) {
    #expect(ColonDiagnostics.parse([line[...]]).isEmpty)
  }

  @Test func `a caret gives the column that the line lacks`() {
    let lines: [Substring] = [
      "A.java:2: error: ';' expected", "  int one() { return 1 }", "                      ^",
    ]
    #expect(ColonDiagnostics.parse(lines).first?.column == 23)
  }

  @Test func `lines without a severity count where the tool writes none`() {
    let line: [Substring] = ["vet: ./main.go:3:5: x declared but not used"]
    #expect(ColonDiagnostics.parse(line).isEmpty)
    #expect(
      ColonDiagnostics.parse(line, bare: .error) == [
        Diagnostic(
          file: "./main.go", line: 3, column: 5, severity: .error, message: "x declared but not used")
      ])
  }

  @Test func `codes in front are the rules`() {
    let found = ColonDiagnostics.parse(
      ["a.py:1:1: F401 'os' imported but unused", "a.py:2:80: E501 line too long"], bare: .warning,
      codes: true)
    #expect(found.map(\.rule) == ["F401", "E501"])
    #expect(found.map(\.severity) == [.error, .warning])
  }
}
