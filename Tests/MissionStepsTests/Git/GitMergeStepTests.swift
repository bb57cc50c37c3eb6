import Formats
import Foundation
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct GitMergeStepTests {
  private func run(_ fixture: GitFixture, _ parameters: String) async throws -> JSON {
    try await fixture.runner.run(GitMergeStep.self, "{ path: r, \(parameters) }")
  }

  private func log(_ fixture: GitFixture) async throws -> String {
    try await fixture.git("-C", "r", "log", "-1", "--format=%s %p")
  }

  @Test func `branches that diverged are joined by a commit`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: false)
    let output = try await run(fixture, "branch: feature")
    #expect(
      output == [
        "merged_branch": "feature", "success": true, "commit": .string(try await fixture.head()),
        "fast_forward": false, "conflicts": [],
      ])
    #expect(try await log(fixture).hasPrefix("Merge branch 'feature' "))
    let again = try await run(fixture, "branch: feature")
    #expect(again["commit"] == output["commit"])
    #expect(again["fast_forward"] == false)
  }

  @Test func `where nothing diverged HEAD moves on, unless a commit is wanted`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1"])
    try await fixture.git("-C", "r", "switch", "--quiet", "-c", "feature")
    let feature = try await fixture.commit(["b": "1"])
    try await fixture.git("-C", "r", "update-ref", "refs/heads/--orphan", feature)
    try await fixture.git("-C", "r", "switch", "--quiet", "main")
    let made = try await run(fixture, "branch: feature, no_ff: true, message: \"#1 in\"")
    #expect(made["fast_forward"] == false)
    #expect(try await log(fixture).hasPrefix("#1 in "))
    try await fixture.git("-C", "r", "reset", "--quiet", "--hard", "HEAD~1")
    let moved = try await run(fixture, "branch: --orphan")
    #expect(moved["fast_forward"] == true)
    #expect(moved["commit"] == .string(feature))
  }

  @Test func `a conflict leaves the tree as it was`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: true)
    try fixture.write(["m": "local\n"])
    let head = try await fixture.head()
    for parameters in ["branch: feature", "branch: feature, squash: true"] {
      let failed = await failure { try await run(fixture, parameters) }
      #expect(failed?.message == "merge feature in r: conflicts in a; nothing was changed")
      #expect(
        failed?.output == [
          "merged_branch": "feature", "success": false, "commit": .string(head), "fast_forward": false,
          "conflicts": ["a"],
        ])
      #expect(try await fixture.status() == " M m")
      #expect(try fixture.runner.directory.read("r/a") == "3\n")
    }
  }

  @Test func `a conflict may be left to be resolved, and is not merged over`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: true)
    let failed = await failure { try await run(fixture, "branch: feature, abort_on_conflict: false") }
    #expect(failed?.message == "merge feature in r: conflicts in a; resolve them and commit")
    #expect(try await fixture.status() == "UU a\nA  f")
    let second = await failure { try await run(fixture, "branch: feature") }
    #expect(second?.message == "merge feature in r: a merge is under way; conclude or abort it first")
    #expect(try await fixture.status() == "UU a\nA  f")
    try fixture.write(["a": "4\n"])
    let concluded = try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: done }")
    #expect(concluded["committed"] == true)
  }

  @Test func `a strategy decides, and a squash makes one commit`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: true)
    _ = try await run(fixture, "branch: feature, strategy: ours")
    #expect(try fixture.runner.directory.read("r/a") == "3\n")
    let other = try await GitFixture()
    try await other.diverge(conflict: false)
    let before = try await other.git("-C", "r", "rev-parse", "--short", "HEAD")
    let output = try await run(other, "branch: feature, squash: true")
    #expect(output["commit"] == .string(try await other.head()))
    #expect(try await log(other) == "Squash branch 'feature' \(before)")
    #expect(try await other.status() == "")
  }

  @Test func `what is staged is not squashed along`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: false)
    try fixture.write(["mine": "1"])
    try await fixture.git("-C", "r", "add", "mine")
    let failed = await failure { try await run(fixture, "branch: feature, squash: true") }
    #expect(failed?.message == "merge feature in r: changes are staged; commit or unstage them first")
    #expect(try await fixture.status() == "A  mine")
  }

  @Test(arguments: ["no_ff: true", "squash: true"])
  func `a hook that fails leaves no half-merged tree`(parameters: String) async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: false)
    for hook in ["pre-merge-commit", "pre-commit"] {
      try fixture.runner.directory.write(
        "#!/bin/sh\necho no >&2\nexit 1\n", to: "r/.git/hooks/" + hook, mode: 0o755)
    }
    let head = try await fixture.head()
    let failed = await failure { try await run(fixture, "branch: feature, \(parameters)") }
    #expect(failed?.message.contains("exited with code 1: no") == true)
    #expect(try await fixture.head() == head)
    #expect(try await fixture.status() == "")
  }

  @Test(
    arguments: ["index.lock", "HEAD.lock", "refs/heads/main.lock", "ORIG_HEAD.lock"],
    ["branch: feature", "branch: feature, no_ff: true", "branch: ahead", "branch: feature, squash: true"])
  func `a lock that another process holds leaves no half-merged tree`(
    lock: String, parameters: String
  ) async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: false)
    try await fixture.git("-C", "r", "branch", "ahead")
    try await fixture.git("-C", "r", "reset", "--quiet", "--hard", "HEAD~1")
    if !parameters.contains("ahead") { try await fixture.commit(["n": "n\n"]) }
    try fixture.write(["a": "mine\n", ".git/" + lock: ""])
    let head = try await fixture.head()
    let failed = await failure { try await run(fixture, parameters) }
    let place = fixture.runner.directory / "r/.git/" + lock
    #expect(failed?.message.contains("Unable to create '\(place)': File exists.") == true)
    #expect(failed?.message.hasSuffix("; remove the file if no git is at work there any more") == true)
    #expect(try await fixture.head() == head)
    #expect(try await fixture.status() == " M a")
    #expect(!fixture.runner.directory.contains("r/.git/MERGE_HEAD"))
    try FileManager.default.removeItem(atPath: place)
    try fixture.write(["a": "1\n"])
    #expect(try await run(fixture, parameters)["success"] == true)
  }

  @Test func `what could not be put back is told`() async throws {
    var fixture = try await GitFixture()
    try await fixture.diverge(conflict: true)
    let (directory, real) = (fixture.runner.directory, fixture.processes.run)
    fixture.runner.capabilities.processes.run = { command throws(StepFailure) in
      let output = try await real(command)
      // From the end of the merge on the index is another's.
      if command.arguments.contains("merge") {
        do { try directory.write("", to: "r/.git/index.lock") } catch { throw StepFailure("\(error)") }
      }
      return output
    }
    let locked = fixture
    let failed = await failure { try await run(locked, "branch: feature") }
    #expect(
      failed?.message.contains("; the tree was not put back: run git reset in r: exited with code 128: ")
        == true)
  }

  @Test func `a submodule is merged as a file is, and its own tree left alone`() async throws {
    let fixture = try await GitFixture()
    let (first, second) = try await fixture.addSubmodule()
    try await fixture.git("-C", "r", "branch", "feature")
    try await fixture.git("-C", "r", "reset", "--quiet", "--hard", "HEAD~1")
    try await fixture.commit(["m": "m\n"])
    #expect(try await run(fixture, "branch: feature")["success"] == true)
    #expect(try await fixture.git("-C", "r", "rev-parse", "HEAD:sub") == second)
    #expect(try await fixture.git("-C", "r/sub", "rev-parse", "HEAD") == second)
    try await fixture.git("-C", "r", "reset", "--quiet", "--hard", "HEAD~1")
    try await fixture.git("-C", "r/sub", "switch", "--quiet", "--detach", first)
    try await fixture.git("-C", "r/sub", "commit", "--quiet", "--allow-empty", "-m", "other")
    let other = try await fixture.git("-C", "r/sub", "rev-parse", "HEAD")
    try await fixture.commit([:])
    let failed = await failure { try await run(fixture, "branch: feature") }
    #expect(failed?.message == "merge feature in r: conflicts in sub; nothing was changed")
    #expect(try await fixture.status() == "")
    #expect(try await fixture.git("-C", "r", "rev-parse", "HEAD:sub") == other)
  }

  @Test func `local changes in the way are kept`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: true)
    try fixture.write(["a": "local\n"])
    let failed = await failure { try await run(fixture, "branch: feature") }
    #expect(
      failed?.message.contains("Your local changes to the following files would be overwritten") == true)
    #expect(try fixture.runner.directory.read("r/a") == "local\n")
  }

  @Test(arguments: ["branch: feature", "branch: feature, no_ff: true", "branch: feature, squash: true"])
  func `a cancel while files are written puts them back`(parameters: String) async throws {
    let fixture = try await GitFixture()
    let (began, go) = (fixture.runner.directory / "began", fixture.runner.directory / "go")
    try await fixture.commit(["a": "1\n", "m": "1\n", "x": "1\n", ".gitattributes": "*.slow filter=slow\n"])
    try await fixture.git("-C", "r", "switch", "--quiet", "-c", "feature")
    try await fixture.commit(["a": "2\n", "d/new": "n\n", "k.slow": "s\n", "x": "2\n"])
    try await fixture.git("-C", "r", "switch", "--quiet", "main")
    // The filter holds the merge in the middle of its files.
    try await fixture.git(
      "-C", "r", "config", "filter.slow.smudge",
      "touch \(began); while [ ! -e \(go) ]; do sleep 0.01; done; cat")
    try fixture.write(["m": "mine\n", "untracked": "mine\n"])
    let head = try await fixture.head()
    let merge = Task { await failure { try await run(fixture, parameters) } }
    let deadline = ContinuousClock.now + .seconds(60)
    while !fixture.runner.directory.contains("began"), ContinuousClock.now < deadline { await Task.yield() }
    #expect(try fixture.runner.directory.read("r/a") == "2\n")
    merge.cancel()
    #expect(await merge.value?.kind == .cancelled)
    #expect(try await fixture.head() == head)
    #expect(try await fixture.status() == " M m\n?? untracked")
    #expect(try fixture.runner.directory.read("r/a") == "1\n")
    #expect(!fixture.runner.directory.contains("r/d/new"))
  }

  @Test func `a cancel in the middle leaves no half-merged tree`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: false)
    try fixture.runner.directory.write(
      "#!/bin/sh\ntouch began\nsleep 60\n", to: "r/.git/hooks/pre-merge-commit", mode: 0o755)
    let merge = Task { await failure { try await run(fixture, "branch: feature") } }
    let deadline = ContinuousClock.now + .seconds(60)
    while !fixture.runner.directory.contains("r/began"), ContinuousClock.now < deadline { await Task.yield() }
    merge.cancel()
    #expect(await merge.value?.kind == .cancelled)
    #expect(try await fixture.status() == "?? began")
    #expect(!fixture.runner.directory.contains("r/.git/MERGE_HEAD"))
  }

  @Test(arguments: [
    ("{}", ["/branch: is required"]),
    ("{ branch: a, squash: true, no_ff: true }", ["/squash: excludes \"no_ff\""]),
    ("{ branch: a, strategy: our }", ["/strategy: \"our\": did you mean \"ours\"?"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(GitMergeStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: false)
    try await fixture.git("-C", "r", "tag", "login", "feature")
    try await fixture.git("-C", "r", "branch", "--quiet", "-D", "feature")
    try await fixture.git("-C", "r", "branch", "feature/login", "login")
    var example = try StepRunner.example(GitMergeStep.self)
    example["path"] = "r"
    #expect(try await fixture.runner.run(GitMergeStep.self, example)["success"] == true)
  }
}
