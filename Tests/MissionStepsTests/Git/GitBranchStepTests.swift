import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct GitBranchStepTests {
  private func run(_ fixture: GitFixture, _ parameters: String) async throws -> JSON {
    try await fixture.runner.run(GitBranchStep.self, "{ path: r, \(parameters) }")
  }

  @Test(arguments: ["branch", "branch_name"])
  func `a branch is made and checked out`(spelling: String) async throws {
    let fixture = try await GitFixture()
    let commit = JSON.string(try await fixture.commit(["a": "1"]))
    let output = try await run(fixture, "\(spelling): topic/é")
    #expect(
      output == [
        "branch": "topic/é", "created": true, "switched": true,
        "branches": [
          ["name": "main", "commit": commit, "current": false, "upstream": nil],
          ["name": "topic/é", "commit": commit, "current": true, "upstream": nil],
        ],
      ])
  }

  @Test func `a branch may start elsewhere and stay aside`() async throws {
    let fixture = try await GitFixture()
    let first = try await fixture.commit(["a": "1"])
    try await fixture.commit(["a": "2"])
    let output = try await run(fixture, "branch: old, from: HEAD~1, switch: false")
    #expect(output["switched"] == false)
    #expect(try await fixture.git("-C", "r", "rev-parse", "old") == first)
    let failed = await failure { try await run(fixture, "branch: old") }
    #expect(
      failed?.message
        == "run git switch in r: exited with code 128: fatal: a branch named 'old' already exists; "
        + "set force: true to replace it")
    let moved = try await run(fixture, "branch: old, force: true, switch: false")
    #expect(moved["created"] == false)
    #expect(try await fixture.git("-C", "r", "rev-parse", "old") == (try await fixture.head()))
  }

  @Test func `branches are switched to, deleted and listed`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1"])
    _ = try await run(fixture, "branch: work")
    try await fixture.commit(["a": "2"])
    #expect(try await run(fixture, "branch: main, operation: switch")["switched"] == true)
    let failed = await failure { try await run(fixture, "branch: work, operation: delete") }
    #expect(failed?.message.hasSuffix("; set force: true to delete it all the same") == true)
    _ = try await run(fixture, "branch: work, operation: delete, force: true")
    let list = try await run(fixture, "operation: list")
    #expect(list["branch"] == "main")
    #expect(list["branches"]?.arrayValue?.count == 1)
  }

  @Test func `a branch that is not there says how to make it`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1"])
    #expect(
      await failure { try await run(fixture, "branch: nope, operation: switch") }?.message
        == "run git switch in r: exited with code 128: fatal: invalid reference: nope; "
        + "operation: create makes a branch of that name")
    #expect(
      await failure { try await run(fixture, "branch: a, from: nope") }?.message
        == "find \"nope\" in r: no branch, tag or commit of that name")
  }

  @Test func `a switch loses local changes only if told to`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1"])
    _ = try await run(fixture, "branch: work")
    try await fixture.commit(["a": "2"])
    try fixture.write(["a": "3"])
    #expect(await failure { try await run(fixture, "branch: main, operation: switch") } != nil)
    #expect(try fixture.runner.directory.read("r/a") == "3")
    _ = try await run(fixture, "branch: main, operation: switch, force: true")
    #expect(try fixture.runner.directory.read("r/a") == "1")
  }

  @Test func `a name is never taken for an option`() async throws {
    let fixture = try await GitFixture()
    let commit = try await fixture.commit(["a": "1"])
    for parameters in ["branch: --orphan", "branch: --orphan, switch: false"] {
      let failed = await failure { try await run(fixture, parameters) }
      #expect(failed?.message.hasSuffix("fatal: '--orphan' is not a valid branch name") == true)
    }
    try await fixture.git("-C", "r", "update-ref", "refs/heads/--orphan", commit)
    #expect(try await run(fixture, "branch: --orphan, operation: switch")["switched"] == true)
    _ = try await run(fixture, "branch: main, operation: switch")
    let left = try await run(fixture, "branch: --orphan, operation: delete")
    #expect(left["branches"]?.arrayValue?.count == 1)
  }

  @Test func `before the first commit a new branch takes the place of the old`() async throws {
    let fixture = try await GitFixture()
    let output = try await run(fixture, "branch: work")
    #expect(output["branches"] == [])
    #expect(try await run(fixture, "operation: list")["branch"] == "work")
    try await fixture.commit(["a": "1"])
    try await fixture.git("-C", "r", "switch", "--quiet", "--detach")
    #expect(try await run(fixture, "operation: list")["branch"] == .null)
  }

  @Test func `a submodule stays where it is when branches are switched`() async throws {
    let fixture = try await GitFixture()
    let (_, second) = try await fixture.addSubmodule()
    #expect(try await run(fixture, "branch: old, from: HEAD~1")["switched"] == true)
    #expect(try await fixture.git("-C", "r/sub", "rev-parse", "HEAD") == second)
    #expect(try await fixture.status() == " M sub")
    #expect(try await run(fixture, "branch: main, operation: switch")["switched"] == true)
    #expect(try await fixture.status() == "")
  }

  @Test(arguments: [
    ("{}", ["/branch: is required"]),
    ("{ operation: list }", []),
    (
      "{ operation: remove, branch: a }",
      ["/operation: expected one of \"create\", \"switch\", \"delete\", \"list\", not \"remove\""]
    ),
    ("{ operation: delete, branch: a, from: b }", ["/from: is of no use with operation \"delete\""]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(GitBranchStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1"])
    var example = try StepRunner.example(GitBranchStep.self)
    example["path"] = "r"
    #expect(try await fixture.runner.run(GitBranchStep.self, example)["created"] == true)
  }
}
