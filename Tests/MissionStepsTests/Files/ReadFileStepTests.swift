import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ReadFileStepTests {
  private var runner: StepRunner

  init() throws {
    runner = try StepRunner()
    try runner.directory.write("héllo", to: "a")
  }

  @Test func `a file is read as text`() async throws {
    #expect(
      try await runner.run(ReadFileStep.self, "{ path: a }")
        == ["path": "a", "content": "héllo", "size": 6, "truncated": false])
  }

  @Test(arguments: [
    ("offset: 3", "llo", false), ("max_bytes: 3", "hé", true), ("max_bytes: 2", "h", true),
    ("max_bytes: 6", "héllo", false), ("offset: 6", "", false), ("offset: 99", "", false),
    ("offset: 3, max_bytes: 1", "l", true), ("max_bytes: 0", "", true),
    ("encoding: base64, offset: 1, max_bytes: 2", "w6k=", true),
  ])
  func `a part of it is read, and no character is cut`(
    part: String, content: String, truncated: Bool
  ) async throws {
    let output = try await runner.run(ReadFileStep.self, "{ path: a, \(part) }")
    #expect(output["content"] == .string(content))
    #expect(output["truncated"] == .bool(truncated))
  }

  @Test func `what is no text is told`() async throws {
    _ = try await runner.run(
      EditFileStep.self, "{ path: b, content: abc, create: true }")
    let writer = try await runner.capabilities.files.create("b", WriteOptions())
    try await writer.write([0x61, 0xFF, 0x62])
    _ = try await writer.commit()
    let failed = await failure { try await runner.run(ReadFileStep.self, "{ path: b }") }
    #expect(failed?.message == "read b: byte 1 is not UTF-8 text; read it with encoding: base64")
  }

  @Test func `more than an output may hold is refused before it is all in memory`() async throws {
    var runner = runner
    runner.limits.maxOutputBytes = 4
    let failed = await failure { try await runner.run(ReadFileStep.self, "{ path: a }") }
    #expect(
      failed?.message
        == "read a: the output would pass limits.max_output_bytes (4 bytes); ask for less with max_bytes")
  }

  @Test func `a missing file fails`() async throws {
    let failed = await failure { try await runner.run(ReadFileStep.self, "{ path: data.json }") }
    #expect(failed?.message == "read data.json: no such file or directory (2)")
  }

  @Test func `wrong parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(ReadFileStep.self, "{ path: a, offset: -1, max_bytes: many }") == [
        "/offset: expected a whole number of at least 0, not -1",
        "/max_bytes: expected a whole number of at least 0, not \"many\"",
      ])
  }

  @Test func `the example runs`() async throws {
    try runner.directory.write("a: 1", to: "config.yaml")
    let output = try await runner.run(ReadFileStep.self, try StepRunner.example(ReadFileStep.self))
    #expect(StepDeclaration(ReadFileStep.self).mainOutput(of: output) == "a: 1")
  }
}
