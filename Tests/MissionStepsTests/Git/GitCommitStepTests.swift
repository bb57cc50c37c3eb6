import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct GitCommitStepTests {
  @Test func `everything that differs is committed, from the first commit on`() async throws {
    let fixture = try await GitFixture()
    try fixture.write(["a b": "1\n2\n", "é": "x\n"])
    let output = try await fixture.runner.run(
      GitCommitStep.self, "{ path: r, message: \"# one\\n\\nmore\\n\" }")
    #expect(
      output == [
        "committed": true, "commit": .string(try await fixture.head()), "message": "# one\n\nmore",
        "files_changed": 2, "insertions": 3, "deletions": 0,
      ])
    #expect(try await fixture.status() == "")
  }

  @Test func `nothing to commit is a success`() async throws {
    let fixture = try await GitFixture()
    let empty = try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m }")
    #expect(empty["committed"] == false)
    #expect(empty["commit"] == .null)
    let commit = try await fixture.commit(["a": "1"])
    let second = try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m }")
    #expect(second["committed"] == false)
    #expect(second["commit"] == .string(commit))
    let third = try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m, allow_empty: true }")
    #expect(third["committed"] == true)
    #expect(third["files_changed"] == 0)
  }

  @Test func `files are committed alone, even one named like an option`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1\n", "gone": "1\n"])
    try fixture.write(["a": "2\n", "--amend": "x\n", "staged": "x\n"])
    try await fixture.git("-C", "r", "rm", "--quiet", "gone")
    try await fixture.git("-C", "r", "add", "staged")
    let output = try await fixture.runner.run(
      GitCommitStep.self, "{ path: r, message: m, files: [--amend] }")
    #expect(output["files_changed"] == 1)
    #expect(try await fixture.status() == " M a\nD  gone\nA  staged")
    let staged = try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m, add_all: false }")
    #expect(staged["files_changed"] == 2)
    #expect(try await fixture.status() == " M a")
  }

  @Test func `author, sign-off and amend are done`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1"], "old")
    let output = try await fixture.runner.run(
      GitCommitStep.self,
      "{ path: r, message: new, amend: true, sign_off: true, author: \"B C <b@example.org>\" }")
    #expect(output["message"] == "new\n\nSigned-off-by: A <a@example.org>")
    #expect(try await fixture.git("-C", "r", "log", "--format=%an %ae") == "B C b@example.org")
    try fixture.write(["a": "2"])
    _ = try await fixture.runner.run(
      GitCommitStep.self, "{ path: r, message: m, author: \"B C <b@example.org>\" }")
    #expect(try await fixture.git("-C", "r", "log", "-1", "--format=%an %ae %cn") == "B C b@example.org A")
  }

  @Test func `without a user it fails and says how to name one`() async throws {
    let fixture = try await GitFixture(hasUser: false)
    try fixture.write(["a": "1"])
    let failed = await failure { try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m }") }
    #expect(
      failed?.message
        == "run git commit in r: exited with code 128: fatal: no email was given and auto-detection is "
        + "disabled; set user.name and user.email with git config")
  }

  @Test func `a hook that fails is told in its own words`() async throws {
    let fixture = try await GitFixture()
    try fixture.runner.directory.write(
      "#!/bin/sh\necho no tabs >&2\nexit 1\n", to: "r/.git/hooks/pre-commit", mode: 0o755)
    try fixture.write(["a": "1"])
    let failed = await failure { try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m }") }
    #expect(failed?.message == "run git commit in r: exited with code 1: no tabs")
  }

  @Test func `a lock that another process holds is told`() async throws {
    let fixture = try await GitFixture()
    try fixture.write(["a": "1", ".git/index.lock": ""])
    let failed = await failure { try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m }") }
    #expect(
      failed?.message.hasPrefix("run git add in r: exited with code 128: fatal: Unable to create") == true)
    #expect(failed?.message.hasSuffix("; remove the file if no git is at work there any more") == true)
  }

  @Test func `the lock of a git that was killed is told to the next step`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1\n"])
    try await fixture.git("-C", "r", "branch", "other")
    try fixture.write(["a": "2\n"])
    // With the index locked a hook's parent is killed, as the kernel does where memory runs out.
    let hook = "r/.git/hooks/pre-commit"
    try fixture.runner.directory.write("#!/bin/sh\nkill -9 $PPID\n", to: hook, mode: 0o755)
    let killed = await failure {
      try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m, files: a }")
    }
    #expect(killed?.message == "run git commit in r: was killed by SIGKILL")
    #expect(try await fixture.runner.run(GitStatusStep.self, "{ path: r }")["status"] == "dirty")
    let staged = try await fixture.runner.run(GitDiffStep.self, "{ path: r, staged: true }")
    #expect(staged["has_changes"] == true)
    let work =
      [
        (GitCommitStep.self, "message: m"), (GitBranchStep.self, "branch: other, operation: switch"),
        (GitMergeStep.self, "branch: main"),
      ] as [(any StepType.Type, String)]
    for (type, parameters) in work {
      let failed = await failure { try await fixture.runner.run(type, "{ path: r, \(parameters) }") }
      #expect(failed?.message.contains("/r/.git/index.lock': File exists.") == true)
      #expect(failed?.message.hasSuffix("; remove the file if no git is at work there any more") == true)
    }
  }

  @Test func `a submodule that moved on is committed`() async throws {
    let fixture = try await GitFixture()
    let (first, second) = try await fixture.addSubmodule()
    try await fixture.git("-C", "r/sub", "switch", "--quiet", "--detach", first)
    let output = try await fixture.runner.run(GitCommitStep.self, "{ path: r, message: m, files: sub }")
    #expect(output["files_changed"] == 1)
    #expect(try await fixture.git("-C", "r", "rev-parse", "HEAD:sub") == first)
    #expect(try await fixture.git("-C", "r", "rev-parse", "HEAD~1:sub") == second)
  }

  @Test(arguments: [
    ("{}", ["/message: is required"]),
    ("{ message: \"\" }", ["/message: expected a string that is not empty, not \"\""]),
    ("{ message: m, files: a, add_all: true }", ["/files: excludes \"add_all\"; keep one of them"]),
    ("{ message: m, files: [] }", ["/files: is empty; leave it out to commit all that differs"]),
    ("{ message: m, author: B }", ["/author: \"B\" is not of the form \"Name <mail>\""]),
    ("{ message: \"{{m}}\", author: \"{{a}}\", files: \"{{f}}\" }", []),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(GitCommitStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    let fixture = try await GitFixture()
    try fixture.write(["figures.csv": "1"])
    var example = try StepRunner.example(GitCommitStep.self)
    example["path"] = "r"
    #expect(try await fixture.runner.run(GitCommitStep.self, example)["committed"] == true)
  }
}
