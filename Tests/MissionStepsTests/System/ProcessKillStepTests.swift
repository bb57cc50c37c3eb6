import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ProcessKillStepTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  private func run(
    _ parameters: String, _ ending: ProcessEnding? = .signalled(15), killed: Bool = true
  ) async throws -> (JSON, KillTarget?, KillOptions?) {
    let asked = Observed<(KillTarget, KillOptions)?>(nil)
    var runner = runner
    runner.capabilities.processes = .denied
    runner.capabilities.processes.kill = { target, options throws(StepFailure) in
      asked.update { $0 = (target, options) }
      return KillResult(pid: 7, killed: killed, ending: ending)
    }
    let output = try await runner.run(ProcessKillStep.self, parameters)
    return (output, asked.value?.0, asked.value?.1)
  }

  @Test func `a step's process is asked to end, with its tree`() async throws {
    let (output, target, options) = try await run("{ step: server }")
    #expect(output == ["pid": 7, "killed": true, "exit_code": nil, "signal": "SIGTERM"])
    #expect(target == .step("server"))
    #expect(options == KillOptions(signal: 15, graceMilliseconds: 5000, tree: true))
  }

  @Test(arguments: ["INT", "SIGINT", "int", "2"])
  func `each parameter is handed on`(signal: String) async throws {
    let (output, target, options) = try await run(
      "{ pid: 12, signal: \"\(signal)\", grace_ms: 0, tree: false }", .exited(code: 3), killed: false)
    #expect(output == ["pid": 7, "killed": false, "exit_code": 3, "signal": nil])
    #expect(target == .pid(12))
    #expect(options == KillOptions(signal: 2, graceMilliseconds: 0, tree: false))
  }

  @Test func `an end that nobody saw is null`() async throws {
    #expect(
      try await run("{ pid: 1 }", nil).0 == ["pid": 7, "killed": true, "exit_code": nil, "signal": nil])
  }

  @Test(arguments: [
    ("{}", [": needs one of \"pid\", \"step\""]),
    ("{ pid: 1, step: a }", ["/step: excludes \"pid\"; give one of \"pid\", \"step\""]),
    ("{ pid: 0 }", ["/pid: expected a whole number from 1 to 2147483647, not 0"]),
    (
      "{ pid: 1, signal: NICE }",
      ["/signal: \"NICE\" is no signal; give a name such as TERM, or a number to 64"]
    ),
    ("{ pid: 1, grace_ms: -1 }", ["/grace_ms: expected a whole number from 0 to 3600000, not -1"]),
    ("{ pid: \"{{a.output.pid}}\" }", []),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(ProcessKillStep.self, parameters) == problems)
  }

  @Test func `the example is right`() throws {
    #expect(try StepRunner.example(ProcessKillStep.self)["step"] == "server")
  }
}
