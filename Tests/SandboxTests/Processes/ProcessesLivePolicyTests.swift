import Foundation
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

/// Commands that the policy refuses when they run, whatever they are called.
@Suite(.serialized) struct ProcessesLivePolicyTests {
  private let directory: TemporaryDirectory
  private let processes: Processes

  init() throws {
    directory = try TemporaryDirectory()
    var policy = Policy()
    policy.commands.deny = ["whoami"]
    var surroundings = ProcessesLive.Surroundings(
      environment: ChildEnvironment(inherited: ["PATH": "/usr/bin:/bin"]))
    surroundings.findJudge = { [judge = PolicyJudge(policy)] in judge }
    let live = ProcessesLive(table: sharedTable, slots: ProcessSlots(count: 1), surroundings: surroundings)
    processes = live.capability(
      for: ProcessesLive.Attempt(
        job: JobID("01890000-0000-7000-8000-000000000001")!, step: "build", marker: "t-\(UUID().uuidString)",
        workspace: try WorkspaceLive(directory.path), log: .none, logPath: directory / "log"))
  }

  private func link(_ name: String, to program: String) throws {
    unlink(directory / name)
    try #require(symlink(program, directory / name) == 0)
  }

  @Test(arguments: ["whoami", "/usr/bin/whoami"])
  func `a denied program stays denied, by its name and by its path`(program: String) async throws {
    for _ in 1...2 {
      let failure = await #expect(throws: StepFailure.self) { try await processes.run(Command(program)) }
      #expect(failure?.kind == .denied)
    }
    #expect(try await processes.run(Command("/usr/bin/true")).ending == .exited(code: 0))
  }

  @Test func `a name that led to a harmless program is looked at again in a step's own PATH`() async throws {
    try link("tool", to: "/usr/bin/true")
    var command = Command("tool")
    command.environment = [(key: "PATH", value: directory.path)]
    #expect(try await processes.run(command).ending == .exited(code: 0))
    try link("tool", to: "/usr/bin/whoami")
    let failure = await #expect(throws: StepFailure.self) { try await processes.run(command) }
    #expect(failure?.kind == .denied)
  }
}
