import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct GitRepositoryTests {
  @Test(arguments: LocalWork.git)
  func `without git the failure names the package`(work: LocalWork) async throws {
    var runner = try StepRunner()
    runner.capabilities.processes = ScriptedProcesses().processes
    let bare = runner
    let failed = await failure { try await bare.run(work.type, work.parameters) }
    #expect(failed?.message == "work in the repository r: git is not on this host; install the package git")
    #expect(work.type.requirements == [.program("git", package: "git")])
  }

  @Test func `git never asks, pages, or finds helpers through ext`() async throws {
    var runner = try StepRunner()
    let scripted = ScriptedProcesses()
    runner.capabilities.processes = scripted.processes
    runner.capabilities.processes.find = { _ in "/usr/bin/git" }
    _ = try await runner.run(GitStatusStep.self, "{}")
    let command = try #require(scripted.commands.value.first)
    let environment = Dictionary(uniqueKeysWithValues: command.environment.map { ($0.key, $0.value) })
    #expect(command.arguments.starts(with: ["-c", "protocol.ext.allow=never"]))
    #expect(command.arguments.contains("--no-pager"))
    #expect(environment["GIT_TERMINAL_PROMPT"] == "0")
    #expect(environment["GIT_ASKPASS"] == "")
    #expect(environment["GIT_EDITOR"] == ":")
  }

  @Test(arguments: [
    (
      "fatal: unknown error occurred while reading the configuration files\n",
      "run git rev-parse in .: exited with code 128: fatal: unknown error occurred while reading the "
        + "configuration files; the sandbox closes HOME to this step; give steps one of their own with "
        + "environment.home"
    ),
    ("", "find \"x\" in .: no branch, tag or commit of that name"),
  ])
  func `a look that failed is no name that is missing`(words: String, message: String) async throws {
    var runner = try StepRunner()
    runner.capabilities.processes =
      ScriptedProcesses { _ in ProcessOutput(ending: .exited(code: 128), stderr: Array(words.utf8)) }
      .processes
    runner.capabilities.processes.find = { _ in "/usr/bin/git" }
    let closed = runner
    #expect(await failure { try await closed.run(GitDiffStep.self, "{ from: x }") }?.message == message)
  }

  @Test func `an answer that was cut is not parsed`() async throws {
    var runner = try StepRunner()
    runner.capabilities.processes =
      ScriptedProcesses { _ in ProcessOutput(ending: .exited(code: 0), stdoutTruncated: true) }.processes
    runner.capabilities.processes.find = { _ in "/usr/bin/git" }
    let cut = runner
    let failed = await failure { try await cut.run(GitStatusStep.self, "{}") }
    #expect(failed?.message == "git status in .: its answer is longer than 67108864 bytes")
  }

  @Test func `a cancel goes through`() async throws {
    var runner = try StepRunner()
    runner.capabilities.processes = ScriptedProcesses { _ throws(StepFailure) in throw .cancelled }.processes
    runner.capabilities.processes.find = { _ in "/usr/bin/git" }
    let stopped = runner
    #expect(await failure { try await stopped.run(GitStatusStep.self, "{}") } == .cancelled)
    #expect(await failure { try await stopped.run(GitMergeStep.self, "{ branch: x }") } == .cancelled)
  }
}
