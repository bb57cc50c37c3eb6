import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct GitDiffStepTests {
  @Test func `files outside of the repository are never compared`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1\n"])
    for files in ["[/etc/passwd, /etc/hostname]", "[a, /etc/passwd]"] {
      let failed = await failure {
        try await fixture.runner.run(GitDiffStep.self, "{ path: r, files: \(files) }")
      }
      #expect(failed?.message.contains("fatal: /etc/passwd: '/etc/passwd' is outside repository at") == true)
    }
  }

  @Test func `files start at the folder that path names`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1\n", "s/b": "1\n", "c": "1\n"])
    try fixture.write(["a": "2\n", "s/b": "2\n", "c": "2\n"])
    let output = try await fixture.runner.run(
      GitDiffStep.self, "{ path: r/s, files: [b, ../a], stat_only: true }")
    #expect(output["files"]?.arrayValue?.map { $0["path"] } == ["a", "s/b"])
  }

  @Test func `the working tree is compared with the index`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1\n2\n", "b": "x\n"])
    try fixture.write(["a": "1\n3\n4\n"])
    let output = try await fixture.runner.run(GitDiffStep.self, "{ path: r }")
    #expect(output["has_changes"] == true)
    #expect(output["files"] == [["path": "a", "additions": 2, "deletions": 1, "status": "modified"]])
    #expect(output["additions"] == 2)
    #expect(output["deletions"] == 1)
    #expect(output["diff"]?.stringValue?.hasSuffix("@@ -1,2 +1,3 @@\n 1\n-2\n+3\n+4\n") == true)
    let bare = try await fixture.runner.run(GitDiffStep.self, "{ path: r, context_lines: 0, files: [a] }")
    #expect(bare["diff"]?.stringValue?.hasSuffix("@@ -2 +2,2 @@\n-2\n+3\n+4\n") == true)
    let numbers = try await fixture.runner.run(GitDiffStep.self, "{ path: r, stat_only: true }")
    #expect(numbers["diff"] == "")
    #expect(numbers["additions"] == 2)
    let other = try await fixture.runner.run(GitDiffStep.self, "{ path: r, files: b }")
    #expect(other["has_changes"] == false)
  }

  @Test func `staged changes are compared with the commit, also before the first`() async throws {
    let fixture = try await GitFixture()
    try fixture.write(["ä b": "1\n"])
    try await fixture.git("-C", "r", "add", "--all")
    let output = try await fixture.runner.run(GitDiffStep.self, "{ path: r, staged: true }")
    #expect(output["files"] == [["path": "ä b", "additions": 1, "deletions": 0, "status": "added"]])
    #expect(try await fixture.runner.run(GitDiffStep.self, "{ path: r }")["has_changes"] == false)
  }

  @Test func `commits are compared by any name, and renames are found`() async throws {
    let fixture = try await GitFixture()
    let first = try await fixture.commit(["old": "long enough\nto be found\n", "gone": "x\n", "bin": "\0"])
    try await fixture.git("-C", "r", "mv", "old", "new")
    try await fixture.git("-C", "r", "rm", "--quiet", "gone")
    try await fixture.commit(["bin": "\0\0"])
    try await fixture.git("-C", "r", "update-ref", "refs/heads/--orphan", first)
    let output = try await fixture.runner.run(GitDiffStep.self, "{ path: r, from: --orphan, to: main }")
    #expect(
      output["files"] == [
        ["path": "bin", "additions": nil, "deletions": nil, "status": "modified"],
        ["path": "gone", "additions": 0, "deletions": 1, "status": "deleted"],
        ["path": "new", "additions": 0, "deletions": 0, "status": "renamed"],
      ])
    #expect(try await fixture.runner.run(GitDiffStep.self, "{ path: r, from: HEAD }")["has_changes"] == false)
  }

  @Test func `a submodule differs by its commit`() async throws {
    let fixture = try await GitFixture()
    let (first, second) = try await fixture.addSubmodule()
    let output = try await fixture.runner.run(GitDiffStep.self, "{ path: r, from: HEAD~1, to: HEAD }")
    #expect(output["files"] == [["path": "sub", "additions": 1, "deletions": 1, "status": "modified"]])
    #expect(
      output["diff"]?.stringValue?.hasSuffix("-Subproject commit \(first)\n+Subproject commit \(second)\n")
        == true)
  }

  @Test func `a name that leads nowhere fails, as does an option in its place`() async throws {
    let fixture = try await GitFixture()
    let failed = await failure {
      try await fixture.runner.run(GitDiffStep.self, "{ path: r, from: --output=x }")
    }
    #expect(failed?.message == "find \"--output=x\" in r: no branch, tag or commit of that name")
    #expect(fixture.runner.directory.entries("r") == [".git"])
  }

  @Test(arguments: [
    ("{ to: a }", ["/to: is of no use without \"from\""]),
    (
      "{ from: a, to: b, staged: true }",
      ["/to: excludes \"staged\"; two commits are compared, or one and the index"]
    ),
    ("{ context_lines: -1 }", ["/context_lines: expected a whole number from 0 to 1000000, not -1"]),
    ("{ from: \"\" }", ["/from: expected a string that is not empty, not \"\""]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(GitDiffStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["Sources/a": "1"])
    var example = try StepRunner.example(GitDiffStep.self)
    example["path"] = "r"
    #expect(try await fixture.runner.run(GitDiffStep.self, example)["has_changes"] == false)
  }
}
