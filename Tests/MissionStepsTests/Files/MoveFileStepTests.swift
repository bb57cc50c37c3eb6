import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct MoveFileStepTests {
  private let runner: StepRunner

  init() throws {
    runner = try StepRunner()
    try runner.directory.write("hello", to: "a")
    try runner.directory.write("x", to: "d/x")
  }

  @Test func `a file is moved`() async throws {
    #expect(
      try await runner.run(MoveFileStep.self, "{ source: a, destination: new/b }")
        == ["source": "a", "destination": "new/b", "moved": true, "size": 5])
    #expect(runner.directory.entries() == ["d", "new"])
  }

  @Test func `into a folder the file keeps its name, and a folder takes the new one`() async throws {
    #expect(
      try await runner.run(MoveFileStep.self, "{ source: a, destination: d }")["destination"] == "d/a")
    #expect(try await runner.run(MoveFileStep.self, "{ source: d, destination: e }")["size"] == 6)
    #expect(runner.directory.entries() == ["e"])
  }

  @Test func `nothing is replaced with overwrite false`() async throws {
    let failed = await failure {
      try await runner.run(MoveFileStep.self, "{ source: a, destination: d/x, overwrite: false }")
    }
    #expect(failed?.message == "move a to d/x: it is there already; allow it with overwrite: true")
    _ = try await runner.run(MoveFileStep.self, "{ source: a, destination: d/x }")
    #expect(try runner.directory.read("d/x") == "hello")
  }

  @Test func `wrong parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(MoveFileStep.self, "{ source: 1, destination: [] }")
        == ["/source: expected a path, not 1", "/destination: expected a path, not []"])
  }

  @Test func `the example runs`() async throws {
    try runner.directory.write("", to: "draft.md")
    _ = try await runner.run(MoveFileStep.self, try StepRunner.example(MoveFileStep.self))
    #expect(runner.directory.entries("published") == ["final.md"])
  }
}
