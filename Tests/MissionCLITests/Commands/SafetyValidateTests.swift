import Formats
import MissionCLI
import TestSupport
import Testing

@Suite struct SafetyValidateTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func run(
    _ words: [String]
  ) async -> (status: MissionCLI.ExitStatus, output: String, errors: String) {
    let run = await ToolRun(["safety", "validate"] + words, environment: ["PATH": "/usr/bin:/bin"])
    return (run.status, run.output, run.errors)
  }

  @Test func `a mission that would be denied ends with 4, a sound one with 0, a bad one with 3`() async throws
  {
    let good = try directory.write("name: x\nsteps: [{id: a, step_type: noop}]\n", to: "good.yaml")
    let bad = try directory.write("name: x\n", to: "bad.yaml")
    let wild = try directory.write(
      "name: x\nsteps: [{id: a, step_type: command, parameters: {command: reboot}}]\n", to: "wild.yaml")
    #expect(await run([good]).status == .completed)
    #expect(await run([bad]).status == .invalidMission)
    let denied = await run([wild])
    #expect(denied.status == .denied && denied.output.contains("\ndenied\n"))
    let report = try JSONParser.parse(await run([wild, "--json"]).output)
    #expect(report["denied"] == true && report["steps"]?[0]?["programs"] == ["reboot"])
  }

  @Test func `the daemon's configuration decides where it is named`() async throws {
    let mission = try directory.write("name: x\nsteps: [{id: a, step_type: noop}]\n", to: "m.yaml")
    let strict = try directory.write("policy: {step_types: {deny: [noop]}}\n", to: "strict.yaml")
    let broken = try directory.write("policy: {hosts: {deny: ['a b']}}\n", to: "broken.yaml")
    #expect(await run([mission, "--config", strict]).status == .denied)
    let refused = await run([mission, "--config", broken])
    #expect(refused.status == .usage && refused.errors.contains("broken.yaml:1:25: policy.hosts.deny"))
  }
}
