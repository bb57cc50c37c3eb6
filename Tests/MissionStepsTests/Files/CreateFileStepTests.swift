import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct CreateFileStepTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  @Test func `a file is written with its parents`() async throws {
    let output = try await runner.run(CreateFileStep.self, "{ path: a/b.txt, content: hello }")
    #expect(
      output == [
        "path": "a/b.txt", "size": 5, "created": true,
        "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
      ])
    #expect(try runner.directory.read("a/b.txt") == "hello")
  }

  @Test func `a second one replaces it, unless overwrite is false`() async throws {
    _ = try await runner.run(CreateFileStep.self, "{ path: a, content: first }")
    let output = try await runner.run(CreateFileStep.self, "{ path: a }")
    #expect(output["created"] == false)
    #expect(try runner.directory.read("a") == "")
    let failed = await failure { try await runner.run(CreateFileStep.self, "{ path: a, overwrite: false }") }
    #expect(failed?.message == "write a: it is there already; allow it with overwrite: true")
  }

  @Test(arguments: [("755", 0o755), ("\"0640\"", 0o640), ("\"0o600\"", 0o600), ("4755", 0o4755)])
  func `mode is octal digits, quoted or not`(mode: String, bits: UInt32) async throws {
    _ = try await runner.run(CreateFileStep.self, "{ path: a, mode: \(mode) }")
    #expect(try await runner.capabilities.files.status("a")?.mode == bits)
  }

  @Test func `base64 stands for bytes`() async throws {
    let output = try await runner.run(CreateFileStep.self, "{ path: a, content: AP8=, encoding: base64 }")
    #expect(output["size"] == 2)
    #expect(try await runner.capabilities.files.open("a").read(0, 9) == [0, 255])
  }

  @Test(arguments: [
    ("{}", ["/path: is required"]),
    ("{ path: a, mode: 888 }", ["/mode: expected octal digits such as \"644\", not 888"]),
    ("{ path: a, mode: rw }", ["/mode: expected octal digits such as \"644\", not \"rw\""]),
    (
      "{ path: a, encoding: base46 }",
      ["/encoding: \"base46\": did you mean \"base64\"?"]
    ),
    (
      "{ path: a, content: \"?\", encoding: base64 }",
      ["/content: character 1 of the base64 text is not one of its alphabet"]
    ),
    ("{ path: a, contents: x }", ["/contents: unknown parameter; did you mean \"content\"?"]),
    ("{ path: \"{{x}}\", content: \"{{y}}\", encoding: base64 }", []),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(CreateFileStep.self, parameters) == problems)
  }

  @Test func `nothing is written outside of the workspace`() async throws {
    let failed = await failure { try await runner.run(CreateFileStep.self, "{ path: /etc/new }") }
    #expect(
      failed
        == StepFailure(
          .denied,
          "change /etc/new: it leads outside the workspace; allow it with paths.write in missiond.yaml"))
  }

  @Test func `the example runs`() async throws {
    _ = try await runner.run(CreateFileStep.self, try StepRunner.example(CreateFileStep.self))
    #expect(try runner.directory.read("report.md") == "# Done")
  }
}
