import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct GitStatusStepTests {
  @Test func `an empty repository has a branch and no commit`() async throws {
    let fixture = try await GitFixture()
    let output = try await fixture.runner.run(GitStatusStep.self, "{ path: r }")
    #expect(
      output == [
        "branch": "main", "commit": nil, "upstream": nil, "ahead": nil, "behind": nil, "clean": true,
        "files": [],
        "status": "clean",
      ])
  }

  @Test func `files are told by how they differ, whatever their names`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["kept": "1\n", "old name": "long enough\nto be found\n", ".gitignore": "*.o\n"])
    try await fixture.git("-C", "r", "mv", "old name", "nöw")
    try fixture.write(["kept": "2\n", "dir/-new": "", "x.o": ""])
    let output = try await fixture.runner.run(GitStatusStep.self, "{ path: r, include_ignored: true }")
    #expect(
      output["files"] == [
        ["path": "kept", "index": "unmodified", "worktree": "modified", "original_path": nil],
        ["path": "nöw", "index": "renamed", "worktree": "unmodified", "original_path": "old name"],
        ["path": "dir/-new", "index": "untracked", "worktree": "untracked", "original_path": nil],
        ["path": "x.o", "index": "ignored", "worktree": "ignored", "original_path": nil],
      ])
    #expect(output["clean"] == false)
    #expect(output["status"] == "dirty")
    let known = try await fixture.runner.run(GitStatusStep.self, "{ path: r, include_untracked: false }")
    #expect(known["files"]?.arrayValue?.count == 2)
  }

  @Test func `ignored files alone leave a tree clean`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit([".gitignore": "*.o\n"])
    try fixture.write(["x.o": "", "y": ""])
    let output = try await fixture.runner.run(
      GitStatusStep.self, "{ path: r, include_ignored: true, include_untracked: false }")
    #expect(output["clean"] == true)
    #expect(output["files"]?.arrayValue?.count == 1)
  }

  @Test func `a detached head has no branch`() async throws {
    let fixture = try await GitFixture()
    let commit = try await fixture.commit(["a": "1"])
    try await fixture.git("-C", "r", "switch", "--quiet", "--detach")
    let output = try await fixture.runner.run(GitStatusStep.self, "{ path: r }")
    #expect(output["branch"] == .null)
    #expect(output["commit"] == .string(commit))
  }

  @Test func `an upstream is compared with`() async throws {
    let fixture = try await GitFixture()
    try await fixture.commit(["a": "1"])
    try await fixture.git("-C", "r", "switch", "--quiet", "-c", "work", "--track", "main")
    try await fixture.commit(["a": "2"])
    let output = try await fixture.runner.run(GitStatusStep.self, "{ path: r }")
    #expect(output["upstream"] == "main")
    #expect(output["ahead"] == 1)
    #expect(output["behind"] == 0)
  }

  @Test func `a conflict and a submodule are told`() async throws {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: true)
    _ = await failure {
      try await fixture.runner.run(
        GitMergeStep.self, "{ path: r, branch: feature, abort_on_conflict: false }")
    }
    let output = try await fixture.runner.run(GitStatusStep.self, "{ path: r }")
    #expect(output["status"] == "conflicted")
    let submodule = try await GitFixture()
    try await submodule.commit(["a": "1"])
    try await submodule.git("clone", "--quiet", "r", "r/sub")
    try await submodule.git("-C", "r", "-c", "advice.addEmbeddedRepo=false", "add", "sub")
    let second = try await submodule.runner.run(GitStatusStep.self, "{ path: r }")
    #expect(second["files"]?.arrayValue?.first?["path"] == "sub")
    #expect(second["files"]?.arrayValue?.first?["index"] == "added")
  }

  @Test func `outside a repository it fails`() async throws {
    let fixture = try await GitFixture()
    let failed = await failure { try await fixture.runner.run(GitStatusStep.self, "{ path: . }") }
    #expect(
      failed?.message == ". is in no git repository; make one with git init, or name another \"path\"")
  }

  @Test func `wrong parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(GitStatusStep.self, "{ include_untracked: 1, paht: . }") == [
        "/include_untracked: expected true or false, not 1",
        "/paht: unknown parameter; did you mean \"path\"?",
      ])
    #expect(try StepRunner.example(GitStatusStep.self)["path"] == ".")
  }
}
