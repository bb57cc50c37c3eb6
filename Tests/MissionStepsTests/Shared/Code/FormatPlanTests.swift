import MissionSteps
import Testing

@Suite struct FormatPlanTests {
  @Test func `each formatter reads one file's text and is told its name`() {
    func words(_ tool: CodeTool) -> String {
      FormatPlan.call(tool, file: "f", text: [1], ["-x"]).arguments.joined(separator: " ")
    }
    #expect(words(.swift) == "format --assume-filename f -x")
    #expect(words(.rustfmt) == "--emit stdout --quiet -x")
    #expect(words(.gofmt) == "-x")
    #expect(words(.clangFormat) == "--assume-filename=f -x")
    #expect(words(.black) == "--quiet --stdin-filename f -x -")
    #expect(words(.ruff) == "format --quiet --stdin-filename f -x -")
    #expect(words(.prettier) == "--stdin-filepath f -x")
    #expect(FormatPlan.tools("json").isEmpty)
  }
}
