import Formats
import MissionCLI
import TestSupport
import Testing

@Suite struct ValidateTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func run(
    _ words: String...
  ) async -> (status: MissionCLI.ExitStatus, output: String, errors: String) {
    let run = await ToolRun(["validate"] + words, environment: ["PATH": "/usr/bin:/bin"])
    return (run.status, run.output, run.errors)
  }

  @Test func `a sound mission is told in one line, a bad one in a line for each problem`() async throws {
    let good = try directory.write(
      "name: x\nsteps: [{id: a, step_type: noop}, {id: b, step_type: noop, depends_on: [a]}]\n", to: "g.yaml")
    let bad = try directory.write(
      "name: x\nsteps: [{id: a, step_type: nop}, {id: a, step_type: noop}]\n", to: "b.yaml")
    let sound = await run(good)
    #expect(sound == (.completed, "\(good): valid, 2 steps in 2 waves\n", ""))
    let verdict = await run(bad)
    #expect(verdict.status == .invalidMission && verdict.output.isEmpty)
    #expect(verdict.errors.hasSuffix("\(bad): 2 errors\n"))
    #expect(verdict.errors.contains("\(bad):2:28: "), "\(verdict.errors)")
  }

  @Test func `it says what a submission would: the policy's no, patterns, and what is missing`() async throws
  {
    let mission = try directory.write(
      """
      name: x
      steps:
        - { id: a, step_type: command, parameters: { command: buidl -x } }
        - { id: b, step_type: file_search, parameters: { pattern: "a*", regex: true } }
      """, to: "m.yaml")
    let warned = await run(mission)
    #expect(warned.status == .completed)
    #expect(
      warned.errors
        == "\(mission):3:57: warning: /steps/0/parameters/command: \"buidl\" is no program in PATH; "
        + "have it there before the step starts\n")
    let wrong = try directory.write(
      "name: x\nsteps: [{id: b, step_type: file_search, parameters: {pattern: 'a(', regex: true}}]\n",
      to: "w.yaml")
    let pattern = await run(wrong)
    #expect(pattern.status == .invalidMission)
    #expect(
      pattern.errors
        == "\(wrong):2:63: error: /steps/0/parameters/pattern: compile the pattern \"a(\": "
        + "missing closing parenthesis, at byte 2\n\(wrong): 1 error\n")
    let strict = try directory.write("policy: {step_types: {deny: [command]}}\n", to: "strict.yaml")
    #expect(await run(mission, "--config", strict).status == .denied)
  }

  @Test func `as JSON it is what the daemon answers, and the status stays`() async throws {
    let good = try directory.write("name: x\nsteps: [{id: a, step_type: noop}]\n", to: "g.yaml")
    let bad = try directory.write("name: x\nsteps: [{id: a, step_type: nop}]\n", to: "b.yaml")
    let sound = await run(good, "--json")
    #expect(sound.status == .completed && sound.errors.isEmpty)
    #expect(
      try JSONParser.parse(sound.output) == [
        "valid": true, "errors": [], "warnings": [], "execution_order": ["a"], "waves": [["a"]],
      ])
    let verdict = await run(bad, "--json")
    #expect(verdict.status == .invalidMission && verdict.errors.isEmpty)
    let answer = try JSONParser.parse(verdict.output)
    #expect(answer["valid"] == false && answer["errors"]?[0]?["line"] == 2)
    #expect(answer["errors"]?[0]?["pointer"] == "/steps/0/step_type")
  }
}
