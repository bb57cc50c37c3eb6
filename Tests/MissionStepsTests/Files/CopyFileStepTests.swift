import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct CopyFileStepTests {
  private let runner: StepRunner

  init() throws {
    runner = try StepRunner()
    try runner.directory.write("hello", to: "a")
    try runner.directory.write("x", to: "d/x")
    try runner.directory.write("yy", to: "d/e/y")
  }

  @Test func `a file is copied and verified`() async throws {
    #expect(
      try await runner.run(CopyFileStep.self, "{ source: a, destination: new/b }") == [
        "source": "a", "destination": "new/b", "size": 5, "files": 1,
        "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
      ])
    #expect(try runner.directory.read("new/b") == "hello")
  }

  @Test(arguments: ["d", "d/", "new/"])
  func `into a folder the file keeps its name`(folder: String) async throws {
    let output = try await runner.run(CopyFileStep.self, "{ source: a, destination: \(folder) }")
    let place = folder.hasSuffix("/") ? folder + "a" : folder + "/a"
    #expect(output["destination"] == .string(place))
    #expect(try runner.directory.read(place) == "hello")
  }

  @Test func `a folder is copied when recursive`() async throws {
    #expect(
      try await runner.run(CopyFileStep.self, "{ source: d, destination: f, recursive: true, verify: false }")
        == ["source": "d", "destination": "f", "size": 3, "files": 2, "sha256": nil])
    let failed = await failure { try await runner.run(CopyFileStep.self, "{ source: d, destination: g }") }
    #expect(failed?.message == "copy d: it is a folder; copy it with recursive: true")
  }

  @Test func `nothing is replaced with overwrite false`() async throws {
    let failed = await failure {
      try await runner.run(CopyFileStep.self, "{ source: a, destination: d/x, overwrite: false }")
    }
    #expect(failed?.message == "copy a to d/x: it is there already; allow it with overwrite: true")
  }

  @Test func `wrong parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(CopyFileStep.self, "{ from: a }") == [
        "/source: is required", "/destination: is required",
        "/from: unknown parameter; known are destination, output_variable, overwrite, recursive, source, "
          + "timeout_seconds, verify",
      ])
  }

  @Test func `the example runs`() async throws {
    try runner.directory.write("", to: "config.yaml")
    _ = try await runner.run(CopyFileStep.self, try StepRunner.example(CopyFileStep.self))
    #expect(runner.directory.entries("backup") == ["config.yaml"])
  }
}
