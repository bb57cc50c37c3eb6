import MissionSteps
import Testing

@Suite struct CtagsReportTests {
  @Test func `each line that is a tag is a declaration, with one word for a kind`() {
    let report = """
      {"_type": "ptag", "name": "JSON_OUTPUT_VERSION"}
      ctags: Warning: cannot open input file "x"
      {"_type": "tag", "name": "f", "path": "./a.py", "language": "Python", "line": 4, "kind": "member", "signature": "(self)", "scope": "A", "scopeKind": "class", "end": 6}
      {"_type": "tag", "name": "Run", "path": "a.go", "language": "Go", "line": 2, "kind": "func", "scope": "main.S", "scopeKind": "unknown"}
      {"_type": "tag", "name": "main", "path": "a.go", "language": "Go", "line": 3, "kind": "func", "scope": "main", "scopeKind": "package"}
      {"_type": "tag", "name": "m", "path": "a.cpp", "language": "C++", "line": 1, "kind": "function", "scope": "C", "scopeKind": "class"}
      {"_type": "tag", "name": "go", "path": "a.sh", "language": "Sh", "line": 1, "kind": "function"}
      {"_type": "tag", "name": "cut
      """
    let found = CtagsReport.read(report)
    #expect(found.map(\.kind) == ["method", "method", "function", "method", "function"])
    #expect(found.map(\.language) == ["python", "go", "go", "c++", "shell"])
    #expect(
      found.first
        == Declaration(
          name: "f", kind: "method", file: "./a.py", line: 4, endLine: 6, signature: "(self)", scope: "A",
          language: "python"))
  }
}
