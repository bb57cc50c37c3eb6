import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct FileSearchStepTests {
  private let runner: StepRunner

  init() throws {
    runner = try StepRunner()
    try runner.directory.write("alpha\nbeta Gamma\n  alpha beta\r\nlast alpha", to: "src/a.txt")
    try runner.directory.write("αβγ alpha", to: "src/b.md")
    try runner.directory.write("alpha\0", to: "src/binary")
    try runner.directory.write("alpha", to: ".git/x")
  }

  @Test func `a line is given with its place`() async throws {
    let output = try await runner.run(FileSearchStep.self, "{ pattern: alpha }")
    #expect(output["matches"] == 4)
    #expect(output["files_searched"] == 2)
    #expect(output["pattern"] == "alpha")
    #expect(
      output["results"]?[1]
        == ["name": "a.txt", "path": "src/a.txt", "line": 3, "column": 3, "text": "  alpha beta"])
    #expect(
      output["results"]?[3]
        == ["name": "b.md", "path": "src/b.md", "line": 1, "column": 5, "text": "αβγ alpha"])
  }

  @Test(arguments: [
    ("pattern: ALPHA", 0), ("pattern: ALPHA, ignore_case: true", 4), ("pattern: ΑΒΓ, ignore_case: true", 1),
    ("pattern: \"^alpha$\", regex: true", 1), ("pattern: \"a.pha\"", 0),
    ("pattern: \"a.pha\", regex: true", 4),
    ("pattern: GAM+A, regex: true, ignore_case: true", 1), ("pattern: alpha, glob: \"*.md\"", 1),
    ("pattern: alpha, glob: \"src/*.txt\"", 3), ("pattern: alpha, path: src/b.md", 1),
    ("pattern: alpha, path: src", 4),
  ])
  func `the parameters pick lines`(parameters: String, matches: Int64) async throws {
    #expect(try await runner.run(FileSearchStep.self, "{ \(parameters) }")["matches"] == .integer(matches))
  }

  @Test(arguments: [
    ("pattern: \"*.md\"", ["src/b.md"]), ("pattern: a", ["src/a.txt", "src/binary"]),
    ("pattern: \"^.\\\\.\", regex: true", ["src/a.txt", "src/b.md"]),
    ("pattern: SRC, ignore_case: true", ["src"]),
  ])
  func `names are found by glob, part or pattern`(parameters: String, paths: [String]) async throws {
    let output = try await runner.run(FileSearchStep.self, "{ mode: name, \(parameters) }")
    #expect(output["results"]?.arrayValue?.compactMap { $0["path"]?.stringValue } == paths)
    #expect(output["results"]?[0]?["line"] == .null)
  }

  @Test func `max_results bounds the list and not the count`() async throws {
    let output = try await runner.run(FileSearchStep.self, "{ pattern: alpha, max_results: 1 }")
    #expect(output["results"]?.arrayValue?.count == 1)
    #expect(output["matches"] == 4)
    #expect(runner.warnings.value == ["4 matches, of which max_results lists 1"])
  }

  @Test func `context lines come before and after`() async throws {
    let output = try await runner.run(FileSearchStep.self, "{ pattern: Gamma, context_lines: 1 }")
    #expect(output["results"]?[0]?["before"] == ["alpha"])
    #expect(output["results"]?[0]?["after"] == ["  alpha beta"])
  }

  @Test func `a folder that is missing fails`() async throws {
    let failed = await failure { try await runner.run(FileSearchStep.self, "{ pattern: x, path: none }") }
    #expect(failed?.message == "list none: no such file or directory (2)")
  }

  @Test func `wrong parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(FileSearchStep.self, "{ pattern: \"\", mode: names }") == [
        "/pattern: expected a string that is not empty, not \"\"",
        "/mode: \"names\": did you mean \"name\"?",
      ])
  }

  @Test func `the example runs`() async throws {
    _ = try await runner.run(FileSearchStep.self, try StepRunner.example(FileSearchStep.self))
  }
}
