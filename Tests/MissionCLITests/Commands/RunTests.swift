import Formats
import TestSupport
import Testing

@testable import MissionCLI

@Suite struct RunTests {
  private static let mission = """
    name: "x\\e"
    steps:
      - { id: last, step_type: noop, depends_on: [a, b] }
      - { id: a, step_type: noop }
      - { id: b, step_type: command, parameters: { command: "true" } }
    """

  @Test func `a plan shows the waves and runs nothing`() async {
    let run = await ToolRun(["run", "--dry-run", "-"], input: Self.mission)
    #expect(
      run
        == ToolRun(
          .completed,
          """
          x\\x1b: 3 steps in 2 waves
          wave 1
            a  noop
            b  command
          wave 2
            last  noop  after a, b

          """))
  }

  @Test func `a plan as JSON is what the daemon says of the document`() async throws {
    let run = await ToolRun(["run", "--dry-run", "--json", "-"], input: Self.mission)
    #expect(run.status == .completed)
    let plan = try JSONParser.parse(run.output)
    #expect(plan["valid"] == true)
    #expect(plan["waves"] == [["a", "b"], ["last"]])
    #expect(plan["execution_order"]?.arrayValue?.last == "last")
  }

  @Test func `what is wrong is told, and nothing runs`() async {
    let run = await ToolRun(["run", "-"], input: "name: x\nsteps: []\n")
    #expect(run.status == .invalidMission)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("<stdin>:2:"))
    #expect(run.errors.hasSuffix("mission run: 1 error\n"))
    #expect(await ToolRun(["run", "/no/such/file"]).status == .usage)
  }
}
