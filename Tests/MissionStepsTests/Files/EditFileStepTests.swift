import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct EditFileStepTests {
  private let runner: StepRunner

  init() throws {
    runner = try StepRunner()
    try runner.directory.write("one two\none three\n", to: "a", mode: 0o750)
  }

  @Test(arguments: [
    ("find: one, replace: 1", "1 two\n1 three\n", 2),
    ("find: one, replace: 1, count: 1", "1 two\none three\n", 1),
    ("find: one, replace: \"\"", " two\n three\n", 2),
    ("find: \"one t\", replace: \"{{ x }}\"", "{{ x }}wo\n{{ x }}hree\n", 2),
    ("find: \"^one (t\\\\w)\", replace: \"${1}$1-$$\", regex: true", "twtw-$o\nthth-$ree\n", 2),
    ("find: \"e$\", replace: E, regex: true, count: all", "one two\none threE\n", 1),
    ("content: new", "new", 0),
    ("content: \"last\\n\", append: true", "one two\none three\nlast\n", 0),
  ])
  func `an edit changes what it names`(edit: String, text: String, replacements: Int) async throws {
    let output = try await runner.run(EditFileStep.self, "{ path: a, \(edit) }")
    #expect(
      output == [
        "path": "a", "size": JSON(text.utf8.count), "modified": true, "replacements": JSON(replacements),
        "backup_path": nil,
      ])
    #expect(try runner.directory.read("a") == text)
    #expect(try await runner.capabilities.files.status("a")?.mode == 0o750)
    #expect(runner.directory.entries() == ["a"])
  }

  @Test(arguments: [
    "find: four, replace: 4", "find: one, replace: one", "content: \"one two\\none three\\n\"",
    "content: \"\", append: true", "find: four, replace: 4, regex: true",
  ])
  func `an edit that changes no byte writes nothing`(edit: String) async throws {
    let before = try await runner.capabilities.files.status("a")
    let output = try await runner.run(EditFileStep.self, "{ path: a, \(edit), backup: true }")
    #expect(output["modified"] == false)
    #expect(output["size"] == 18)
    #expect(output["backup_path"] == .null)
    #expect(try await runner.capabilities.files.status("a") == before)
    #expect(runner.directory.entries() == ["a"])
  }

  @Test func `what does not occur is worth a warning`() async throws {
    _ = try await runner.run(EditFileStep.self, "{ path: a, find: four, replace: 4 }")
    #expect(runner.warnings.value == ["edit a: \"four\" does not occur in it"])
  }

  @Test func `backup keeps the old content`() async throws {
    let output = try await runner.run(EditFileStep.self, "{ path: a, content: new, backup: true }")
    #expect(output["backup_path"] == "a.bak")
    #expect(try runner.directory.read("a.bak") == "one two\none three\n")
  }

  @Test func `a missing file is made only when asked for`() async throws {
    let failed = await failure { try await runner.run(EditFileStep.self, "{ path: b, content: x }") }
    #expect(failed?.message == "edit b: no such file or directory (2); make it with create: true")
    let output = try await runner.run(
      EditFileStep.self, "{ path: b, content: x, create: true, append: true }")
    #expect(output["modified"] == true)
    #expect(try runner.directory.read("b") == "x")
  }

  @Test func `an occurrence across two pieces is found`() async throws {
    let piece = 1 << 20
    let text = String(repeating: "x", count: piece - 2) + "needle" + String(repeating: "y", count: piece)
    try runner.directory.write(text, to: "big")
    let output = try await runner.run(EditFileStep.self, "{ path: big, find: needle, replace: pin }")
    #expect(output["replacements"] == 1)
    #expect(try runner.directory.read("big") == text.replacing("needle", with: "pin"))
  }

  @Test func `appends of steps side by side all arrive`() async throws {
    let runner = runner
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let failed = await failure {
            try await runner.run(
              EditFileStep.self, "{ path: log, content: \"\(number)\\n\", append: true, create: true }")
          }
          #expect(failed == nil)
        }
      }
    }
    let lines = try runner.directory.read("log").split(separator: "\n").compactMap { Int($0) }
    #expect(lines.sorted() == Array(0..<20))
  }

  @Test(arguments: [
    ("{ path: a }", [": needs one of \"content\", \"find\""]),
    ("{ path: a, find: x }", ["/replace: is required with \"find\""]),
    (
      "{ path: a, find: x, replace: y, content: z }",
      ["/find: excludes \"content\"; give one of \"content\", \"find\"", "/replace: goes with \"find\" only"]
    ),
    ("{ path: a, find: x, replace: y, append: true }", ["/append: goes with \"content\" only"]),
    (
      "{ path: a, find: x, replace: y, count: none }",
      ["/count: expected \"all\" or a whole number of at least 1, not \"none\""]
    ),
    ("{ path: a, find: x, replace: y, count: \"{{n}}\" }", []),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(EditFileStep.self, parameters) == problems)
  }

  @Test func `a broken pattern is a bad parameter`() async throws {
    let failed = await failure {
      try await runner.run(EditFileStep.self, "{ path: a, find: \"(\", replace: x, regex: true }")
    }
    #expect(failed?.kind == .badParameters)
  }

  @Test func `the example runs`() async throws {
    try runner.directory.write("version 1.0.0", to: "version.txt")
    _ = try await runner.run(EditFileStep.self, try StepRunner.example(EditFileStep.self))
    #expect(try runner.directory.read("version.txt") == "version 1.1.0")
  }
}
