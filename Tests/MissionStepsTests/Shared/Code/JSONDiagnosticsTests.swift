import MissionSteps
import Testing

@Suite struct JSONDiagnosticsTests {
  @Test func `cargo's messages are read, its summaries are not`() {
    let lines: [Substring] = [
      #"{"reason":"compiler-artifact"}"#,
      #"{"reason":"compiler-message","message":{"message":"mismatched types","level":"error","code":{"code":"E0308"},"spans":[{"is_primary":false,"file_name":"b.rs","line_start":1,"column_start":1},{"is_primary":true,"file_name":"src/main.rs","line_start":2,"column_start":16}]}}"#,
      #"{"message":"aborting due to 1 previous error","level":"error","spans":[]}"#,
      #"{"message":"linking with `cc` failed","level":"error","spans":[]}"#, "{ no json", "text",
    ]
    #expect(
      JSONDiagnostics.rust(lines) == [
        Diagnostic(
          file: "src/main.rs", line: 2, column: 16, severity: .error, message: "mismatched types",
          rule: "E0308"),
        Diagnostic(severity: .error, message: "linking with `cc` failed"),
      ])
  }

  @Test func `eslint, shellcheck and ruff are brought to one shape`() {
    #expect(
      JSONDiagnostics.eslint(
        #"[{"filePath":"/p/a.js","messages":[{"ruleId":"no-undef","severity":2,"message":"'x' is not defined.","line":1,"column":2},{"ruleId":null,"severity":1,"message":"m"}]}]"#
      ) == [
        Diagnostic(
          file: "/p/a.js", line: 1, column: 2, severity: .error, message: "'x' is not defined.",
          rule: "no-undef"), Diagnostic(file: "/p/a.js", severity: .warning, message: "m"),
      ])
    #expect(
      JSONDiagnostics.shellcheck(
        #"{"comments":[{"file":"a.sh","line":2,"column":6,"level":"info","code":2086,"message":"Double quote."}]}"#
      ) == [
        Diagnostic(
          file: "a.sh", line: 2, column: 6, severity: .note, message: "Double quote.", rule: "SC2086")
      ])
    #expect(
      JSONDiagnostics.ruff(
        #"[{"filename":"/p/a.py","location":{"row":1,"column":8},"code":"F401","message":"`os` imported but unused"}]"#
      ) == [
        Diagnostic(
          file: "/p/a.py", line: 1, column: 8, severity: .error, message: "`os` imported but unused",
          rule: "F401")
      ])
  }

  @Test(arguments: ["", "oops", "{}", "[1]", "[{\"messages\": 3}]"])
  func `other shapes are passed over`(text: String) {
    #expect(JSONDiagnostics.eslint(text).isEmpty)
    #expect(JSONDiagnostics.shellcheck(text).isEmpty)
  }
}
