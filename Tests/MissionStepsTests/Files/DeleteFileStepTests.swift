import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct DeleteFileStepTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  @Test func `a file goes`() async throws {
    try runner.directory.write("x", to: "a")
    #expect(
      try await runner.run(DeleteFileStep.self, "{ path: a }")
        == ["path": "a", "existed": true, "deleted": true, "count": 1])
    #expect(runner.directory.entries() == [])
  }

  @Test func `a folder goes only when recursive`() async throws {
    try runner.directory.write("x", to: "d/a")
    let failed = await failure { try await runner.run(DeleteFileStep.self, "{ path: d }") }
    #expect(failed?.message == "remove d: it is a folder; remove it with recursive: true")
    #expect(try await runner.run(DeleteFileStep.self, "{ path: d, recursive: true }")["count"] == 2)
  }

  @Test func `what is missing is an error only when it must not be`() async throws {
    #expect(
      try await runner.run(DeleteFileStep.self, "{ path: a }")
        == ["path": "a", "existed": false, "deleted": false, "count": 0])
    let failed = await failure { try await runner.run(DeleteFileStep.self, "{ path: a, missing_ok: false }") }
    #expect(failed?.message == "remove a: no such file or directory (2); allow it with missing_ok: true")
  }

  @Test func `the workspace itself stays`() async throws {
    for path in [".", "./", "x/..", runner.directory.path] {
      try runner.directory.write("", to: "x/y")
      let failed = await failure {
        try await runner.run(DeleteFileStep.self, "{ path: \(path), recursive: true }")
      }
      #expect(failed?.kind == .denied)
    }
    #expect(runner.directory.entries() == ["x"])
  }

  @Test func `wrong parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(DeleteFileStep.self, "{ path: a, recursive: maybe }")
        == ["/recursive: expected true or false, not \"maybe\""])
  }

  @Test func `the example runs`() async throws {
    try runner.directory.write("", to: "build/a")
    _ = try await runner.run(DeleteFileStep.self, try StepRunner.example(DeleteFileStep.self))
    #expect(runner.directory.entries() == [])
  }
}
