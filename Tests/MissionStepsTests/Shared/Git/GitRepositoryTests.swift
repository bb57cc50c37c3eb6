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

  @Test(arguments: [
    (
      "Author identity unknown\n\n*** Please tell me who you are.\n\nRun\n\n  git config --global\n\n"
        + "fatal: no email was given and auto-detection is disabled\n",
      "fatal: no email was given and auto-detection is disabled; set user.name and user.email with git config"
    ),
    (
      "fatal: Unable to create '/r/.git/index.lock': File exists.\n\nAnother git process seems to be running\n",
      "fatal: Unable to create '/r/.git/index.lock': File exists.; remove the file if no git is at work there "
        + "any more"
    ),
    (
      "fatal: detected dubious ownership in repository at '/r'\nTo add an exception for this directory, call:\n",
      "fatal: detected dubious ownership in repository at '/r'; it belongs to another user; "
        + "git config --global --add safe.directory trusts it"
    ),
    ("warning: odd\nno known words\n", "warning: odd\nno known words"),
  ])
  func `where the way out is known, what git advises beside it is left to the log`(
    words: String, message: String
  ) async throws {
    var runner = try StepRunner()
    runner.capabilities.processes =
      ScriptedProcesses { _ in ProcessOutput(ending: .exited(code: 128), stderr: Array(words.utf8)) }
      .processes
    runner.capabilities.processes.find = { _ in "/usr/bin/git" }
    let locked = runner
    #expect(
      await failure { try await locked.run(GitStatusStep.self, "{}") }?.message
        == "run git status in .: exited with code 128: " + message)
  }

  @Test func `a bare repository has no files`() async throws {
    let fixture = try await GitFixture()
    try await fixture.git("init", "--quiet", "--bare", "b")
    for type in [GitStatusStep.self, GitCommitStep.self] as [any StepType.Type] {
      let more = type == GitCommitStep.self ? ", message: m" : ""
      let failed = await failure { try await fixture.runner.run(type, "{ path: b\(more) }") }
      #expect(
        failed?.message.hasSuffix(
          "exited with code 128: fatal: this operation must be run in a work tree; "
            + "a bare repository has no files; clone it first") == true)
    }
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
