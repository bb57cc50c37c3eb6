import Formats
import MissionModel
import MissionSteps
import Posix
import Sandbox
import TestSupport

/// The one process table of these tests.
private let table: ProcessTable = {
  guard let loop = try? EventLoop(name: "processes"), let table = try? ProcessTable(loop: loop, groups: nil)
  else { fatalError("no process table") }
  return table
}()

/// A repository of its own with a user configured, and steps that really run git in it.
struct GitFixture {
  var runner: StepRunner
  let processes: Processes

  /// Makes an empty repository on the branch `main`.
  init(hasUser: Bool = true) async throws {
    runner = try StepRunner()
    let (path, log) = (runner.directory.path, runner.log)
    let live = ProcessesLive(
      table: table, slots: ProcessSlots(count: 4),
      surroundings: .init(
        environment: ChildEnvironment(inherited: [
          "PATH": "/usr/bin:/bin", "HOME": path + "/.home", "GIT_CONFIG_NOSYSTEM": "1",
        ]), killGrace: .milliseconds(200)))
    processes = live.capability(
      for: ProcessesLive.Attempt(
        job: JobID("01890000-0000-7000-8000-000000000001")!, step: "step",
        marker: "git-\(UInt64.random(in: 0...UInt64.max))", workspace: try WorkspaceLive(path),
        log: StepLog { _, bytes in log.update { $0 += String(decoding: bytes, as: UTF8.self) } },
        logPath: path + "/step.log", patterns: .live()))
    runner.capabilities.processes = processes
    try await git("init", "--quiet", "--initial-branch=main", "r")
    if hasUser {
      try await git("-C", "r", "config", "user.name", "A")
      try await git("-C", "r", "config", "user.email", "a@example.org")
    }
  }

  /// Runs git in the workspace and gives its output without the last line end.
  @discardableResult
  func git(_ arguments: String...) async throws -> String {
    let output = try await processes.run(Command("git", arguments))
    guard output.ending == .exited(code: 0) else {
      throw TestSupportError(ProcessFailure.message("git \(arguments)", output))
    }
    return GitRepository.line(output.stdout)
  }

  /// Writes files into the repository.
  func write(_ files: KeyValuePairs<String, String>) throws {
    for (name, text) in files { try runner.directory.write(text, to: "r/" + name) }
  }

  /// Writes files and commits all; gives the commit.
  @discardableResult
  func commit(_ files: KeyValuePairs<String, String>, _ message: String = "change") async throws -> String {
    try write(files)
    try await git("-C", "r", "add", "--all")
    try await git("-C", "r", "commit", "--quiet", "--allow-empty", "-m", message)
    return try await head()
  }

  func head() async throws -> String { try await git("-C", "r", "rev-parse", "HEAD") }

  /// What differs, as git tells it to people.
  func status() async throws -> String { try await git("-C", "r", "status", "--porcelain") }

  /// A repository `sub` inside of `r`, at two commits of its own in the last two of `r`; gives those two.
  func addSubmodule() async throws -> (first: String, second: String) {
    try await commit(["a": "1\n"])
    try await git("clone", "--quiet", "r", "r/sub")
    try await git("-C", "r/sub", "config", "user.name", "A")
    try await git("-C", "r/sub", "config", "user.email", "a@example.org")
    try await git("-C", "r", "config", "advice.addEmbeddedRepo", "false")
    try await commit([:], "one")
    let first = try await git("-C", "r/sub", "rev-parse", "HEAD")
    try await git("-C", "r/sub", "commit", "--quiet", "--allow-empty", "-m", "more")
    try await commit([:], "two")
    return (first, try await git("-C", "r/sub", "rev-parse", "HEAD"))
  }

  /// `feature` and `main` both change `a`, and each adds a file.
  func diverge(conflict: Bool) async throws {
    try await commit(["a": "1\n"])
    try await git("-C", "r", "switch", "--quiet", "-c", "feature")
    try await commit(["a": conflict ? "2\n" : "1\n", "f": "f\n"], "feature")
    try await git("-C", "r", "switch", "--quiet", "main")
    try await commit(["a": conflict ? "3\n" : "1\n", "m": "m\n"], "main")
  }
}
