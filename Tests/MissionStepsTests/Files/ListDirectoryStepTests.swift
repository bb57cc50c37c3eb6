import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ListDirectoryStepTests {
  private let runner: StepRunner

  init() throws {
    runner = try StepRunner()
    for name in ["src/main.rs", "src/deep/lib.rs", "src/.hidden", "read.md"] {
      try runner.directory.write("x", to: name)
    }
  }

  @Test func `an entry says what it is`() async throws {
    let output = try await runner.run(ListDirectoryStep.self, "{ path: src, type: file }")
    #expect(output["path"] == "src")
    #expect(output["count"] == 1)
    let entry = try #require(output["entries"]?[0])
    #expect(entry["name"] == "main.rs")
    #expect(entry["path"] == "src/main.rs")
    #expect(entry["is_dir"] == false)
    #expect(entry["size"] == 1)
    #expect(entry["mode"] == "0644")
    #expect(Timestamp(entry["modified"]?.stringValue ?? "") != nil)
  }

  @Test(arguments: [
    ("{}", ["read.md", "src"]),
    ("{ recursive: true }", ["read.md", "src", "src/deep", "src/deep/lib.rs", "src/main.rs"]),
    ("{ recursive: true, max_depth: 2, type: directory }", ["src", "src/deep"]),
    ("{ recursive: true, type: file }", ["read.md", "src/deep/lib.rs", "src/main.rs"]),
    ("{ recursive: true, pattern: \"*.rs\" }", ["src/deep/lib.rs", "src/main.rs"]),
    ("{ pattern: \"src/**/*.rs\" }", ["src/deep/lib.rs", "src/main.rs"]),
    ("{ path: src/, include_hidden: true, type: file }", ["src/.hidden", "src/main.rs"]),
  ])
  func `the parameters pick entries, which come sorted`(parameters: String, paths: [String]) async throws {
    let output = try await runner.run(ListDirectoryStep.self, parameters)
    #expect(output["entries"]?.arrayValue?.compactMap { $0["path"]?.stringValue } == paths)
  }

  @Test func `what is no folder is told`() async throws {
    for (path, cause) in [("read.md", "not a directory (20)"), ("none", "no such file or directory (2)")] {
      let failed = await failure { try await runner.run(ListDirectoryStep.self, "{ path: \(path) }") }
      #expect(failed?.message == "list \(path): \(cause)")
    }
  }

  @Test func `wrong parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(ListDirectoryStep.self, "{ max_depth: 0, type: folder }") == [
        "/max_depth: expected a whole number of at least 1, not 0",
        "/type: expected one of \"any\", \"file\", \"directory\", not \"folder\"",
      ])
  }

  @Test func `the example runs`() async throws {
    _ = try await runner.run(ListDirectoryStep.self, try StepRunner.example(ListDirectoryStep.self))
  }
}
