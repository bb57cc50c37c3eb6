import Formats
import MissionCLI
import MissionModel
import Testing

@Suite struct ProblemTextTests {
  @Test func `a problem is a line that an editor can jump to`() {
    let problem = Problem(
      at: "/steps/1/depend_on", "unknown field", hint: "did you mean \"depends_on\"?", line: 7, column: 5)
    #expect(
      ProblemText.line(problem, file: "a.yaml")
        == "a.yaml:7:5: error: /steps/1/depend_on: unknown field; did you mean \"depends_on\"?")
    #expect(ProblemText.line(Problem(at: "", "is empty"), file: "a.yaml") == "a.yaml: error: is empty")
  }

  @Test func `a problem from the server reads the same`() {
    #expect(
      ProblemText.line(["pointer": "/name", "line": 1, "column": 2, "message": "is required", "hint": nil])
        == "line 1, column 2: /name: is required")
  }
}
