import MissionSteps
import Testing

@Suite struct BlockDiagnosticsTests {
  private func lines(_ text: String) -> [Substring] { ToolText.lines(text) }

  @Test func `places in round brackets are those of tsc and MSBuild`() {
    let text = """
      src/a.ts(3,5): error TS1005: ';' expected.
      Program.cs(5,13): warning CS0219: The variable 'x' is assigned [/p/p.csproj]
      error TS18003: No inputs were found.
      f(1): not one
      """
    #expect(
      BlockDiagnostics.parenthesis(lines(text)) == [
        Diagnostic(
          file: "src/a.ts", line: 3, column: 5, severity: .error, message: "';' expected.", rule: "TS1005"),
        Diagnostic(
          file: "Program.cs", line: 5, column: 13, severity: .warning,
          message: "The variable 'x' is assigned", rule: "CS0219"),
        Diagnostic(severity: .error, message: "No inputs were found.", rule: "TS18003"),
      ])
  }

  @Test func `the documented messages of MSBuild are read`() throws {
    let text = try CodeFixture.recorded("msbuild")
    #expect(
      BlockDiagnostics.parenthesis(lines(text)) == [
        Diagnostic(
          file: "Main.cs", line: 17, column: 20, severity: .warning,
          message: "The variable 'x' is declared but never used", rule: "CS0168"),
        Diagnostic(
          file: "C:\\dir1\\strings.resx", line: 2, severity: .error, message: "Declaration expected.",
          rule: "BC30188"),
        Diagnostic(
          severity: .warning, message: "unrecognized source file type 'file1.cs', object . . .",
          rule: "D4024"),
        Diagnostic(
          severity: .error, message: "Metadata file 'System.dll' could not be found.", rule: "CS0006"),
      ])
  }

  @Test func `a project may be the place`() {
    let found = BlockDiagnostics.parenthesis(
      lines("/p/p.csproj : error NU1101: Unable to find package A. [/p/p.sln]\n\nBuild FAILED.\n"))
    #expect(
      found == [
        Diagnostic(
          file: "/p/p.csproj", severity: .error, message: "Unable to find package A. [/p/p.sln]",
          rule: "NU1101")
      ])
  }

  @Test func `prettier tells the place behind the words, and shows the source`() throws {
    #expect(
      BlockDiagnostics.prettier(lines(try CodeFixture.recorded("prettier"))) == [
        Diagnostic(
          file: "abc.js", line: 1, column: 1, severity: .error, message: "SyntaxError: Unexpected token")
      ])
    #expect(BlockDiagnostics.prettier(lines("[error] No parser could be inferred for file a.x.\n")) == [])
  }

  @Test func `places in square brackets are Maven's`() {
    let text = """
      [INFO] Compiling 1 source file
      [ERROR] /p/src/A.java:[3,5] ';' expected
      [ERROR] -> [Help 1]
      [ERROR] Failed to execute goal x: Compilation failure
      """
    #expect(
      BlockDiagnostics.maven(lines(text)) == [
        Diagnostic(file: "/p/src/A.java", line: 3, column: 5, severity: .error, message: "';' expected"),
        Diagnostic(severity: .error, message: "Failed to execute goal x: Compilation failure"),
      ])
  }

  @Test func `Python tells the place above the error`() {
    let text =
      "*** Error compiling 'a.py'...\n  File \"a.py\", line 2\n    def f(:\n          ^\nSyntaxError: invalid syntax\n"
    #expect(
      BlockDiagnostics.python(lines(text)) == [
        Diagnostic(file: "a.py", line: 2, severity: .error, message: "invalid syntax", rule: "SyntaxError")
      ])
  }

  @Test func `Node tells the place above the error, with a caret`() {
    let text = "/p/a.js:2\n  foo(;\n      ^\n\nSyntaxError: Unexpected token ';'\n    at wrap (node:1:2)\n"
    #expect(
      BlockDiagnostics.node(lines(text)) == [
        Diagnostic(
          file: "/p/a.js", line: 2, column: 7, severity: .error, message: "Unexpected token ';'",
          rule: "SyntaxError")
      ])
  }

  @Test func `CMake's words follow the place`() {
    let text = """
      CMake Error at CMakeLists.txt:3 (nonsense):
        Unknown CMake command
        "nonsense".


      CMake Error: could not find CMAKE_ROOT
      """
    #expect(
      BlockDiagnostics.cmake(lines(text)) == [
        Diagnostic(
          file: "CMakeLists.txt", line: 3, severity: .error, message: "Unknown CMake command \"nonsense\"."),
        Diagnostic(severity: .error, message: "could not find CMAKE_ROOT"),
      ])
  }

  @Test func `rustc's arrow is the place of the line above`() {
    let text =
      "error[E0308]: mismatched types\n --> src/main.rs:2:16\n  |\nwarning: 1 warning emitted\nerror: no matching package\n"
    #expect(
      BlockDiagnostics.rust(lines(text)) == [
        Diagnostic(
          file: "src/main.rs", line: 2, column: 16, severity: .error, message: "mismatched types",
          rule: "E0308"),
        Diagnostic(severity: .error, message: "no matching package"),
      ])
  }
}
