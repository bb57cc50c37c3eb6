import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct LintCodeStepTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let tool: String
    let language: String
    let files: [String: String]
    /// What is found first: file, line, rule.
    let issue: (file: String, line: Int, rule: String?)
    var arguments: [String] = []
    var testDescription: String { tool }
  }

  static let examples = [
    Example(
      tool: "swift", language: "swift", files: ["a.swift": "let x = 1;\n"],
      issue: ("a.swift", 1, "DoNotUseSemicolons")),
    Example(
      tool: "go", language: "go",
      files: [
        "go.mod": "module p\n\ngo 1.19\n",
        "main.go": "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Printf(\"%d\", \"a\") }\n",
      ], issue: ("main.go", 5, nil)),
    Example(
      tool: "flake8", language: "python", files: ["a.py": "import os\n"], issue: ("a.py", 1, "F401")),
    Example(
      tool: "eslint", language: "javascript",
      files: [
        "a.js": "var a = b;\n",
        ".eslintrc.json": "{\"root\": true, \"rules\": {\"no-undef\": \"error\"}}",
      ], issue: ("a.js", 1, "no-undef")),
    Example(
      tool: "shellcheck", language: "shell", files: ["a.sh": "#!/bin/sh\necho $1\n"],
      issue: ("a.sh", 2, "SC2086")),
    Example(
      tool: "clang-tidy", language: "c",
      files: ["a.c": "int f(int a) {\n  if (a = 1) return 2;\n  return 3;\n}\n"], issue: ("a.c", 2, nil)),
    Example(
      tool: "cppcheck", language: "c", files: ["a.c": "int f(void) {\n  int a[2];\n  return a[2];\n}\n"],
      issue: ("a.c", 3, nil)),
    Example(
      tool: "yamllint", language: "yaml", files: ["a.yaml": "---\na: 1 \n"],
      issue: ("a.yaml", 2, "trailing-spaces")),
  ]

  @Test(arguments: examples)
  func `each linter's findings come in one shape`(example: Example) async throws {
    let fixture = try CodeFixture().only(example.tool)
    for (name, text) in example.files { try fixture.write(text, to: "p/" + name) }
    let output = try await fixture.runner.run(
      LintCodeStep.self, "{ path: p, language: \(example.language), fail_on: never }")
    #expect(output["tool"] == .string(example.tool))
    #expect(output["language"] == .string(example.language))
    #expect(output["command"]?.stringValue?.hasPrefix(example.tool + " ") == true, "\(output.pretty)")
    #expect(output["success"] == true)
    let issue = try #require(output["issues"]?[0], "\(output.pretty)")
    #expect(issue["file"] == .string("p/" + example.issue.file), "\(output.pretty)")
    #expect(issue["line"] == JSON(example.issue.line))
    if let rule = example.issue.rule { #expect(issue["rule"] == .string(rule)) }
    #expect(output["counts"]?["total"]?.integerValue ?? 0 > 0)
  }

  @Test func `clippy looks over a crate`() async throws {
    let fixture = try CodeFixture([
      "Cargo.toml": "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
      "src/main.rs": "fn main() {\n  let x = 1;\n  if x == x { println!(\"{}\", x.clone()); }\n}\n",
    ])
    let failed = await failure { try await fixture.runner.run(LintCodeStep.self, "{}") }
    #expect(failed?.output?["issues"]?.arrayValue?.contains { $0["rule"] == "clippy::eq_op" } == true)
    #expect(
      failed?.message.hasPrefix("lint .: cargo found an issue of severity error: src/main.rs:3:6: ") == true)
  }

  @Test func `ruff goes before flake8, and its answer is read`() async throws {
    let (fixture, commands) = try CodeFixture(["a.py": ""]).scripted { _ in .words("[]") }
    _ = try await fixture.runner.run(LintCodeStep.self, "{ args: [--select, F] }")
    #expect(commands.value.first?.arguments == ["check", "--output-format=json", "--select", "F", "."])
    let real = try CodeFixture(["p/a.py": "import os\n", "q/a.py": "def (\n"]).only(fetched: "ruff")
    let failed = await failure {
      try await real.runner.run(LintCodeStep.self, "{ path: p, args: [--select, F] }")
    }
    #expect(
      failed?.message
        == "lint p: ruff found an issue of severity error: p/a.py:1:8: `os` imported but unused (F401)")
    let broken = await failure { try await real.runner.run(LintCodeStep.self, "{ path: q }") }
    #expect(
      broken?.message.hasPrefix("lint q: ruff found ") == true && broken?.output?["issues"]?[0]?["line"] == 1,
      "\(broken?.message ?? "")")
  }

  @Test(arguments: [("error", true), ("warning", false), ("never", true)])
  func `fail_on says what fails the step`(failOn: String, succeeds: Bool) async throws {
    let fixture = try CodeFixture(["a.yaml": "---\na: yes\n"])
    let failed = await failure {
      try await fixture.runner.run(LintCodeStep.self, "{ fail_on: \(failOn) }")
    }
    #expect((failed == nil) == succeeds)
    if !succeeds {
      #expect(
        failed?.message.hasPrefix(
          "lint .: yamllint found an issue of severity warning or worse: a.yaml:2:4: ")
          == true)
    }
  }

  @Test func `JSON and YAML are checked without any tool`() async throws {
    let fixture = try CodeFixture([
      "j/a.json": "{\n  \"a\": }\n", "j/b.json": "{}", "y/a.yaml": "a: [\n", "y/b.yml": "--- 1\n--- 2\n",
    ]).only()
    let json = await failure { try await fixture.runner.run(LintCodeStep.self, "{ path: j }") }
    #expect(json?.output?["counts"]?["error"] == 1)
    #expect(json?.output?["issues"]?[0]?["file"] == "j/a.json")
    #expect(json?.output?["issues"]?[0]?["line"] == 2)
    #expect(json?.message.hasPrefix("lint j: built-in found an issue of severity error: j/a.json:2:") == true)
    let yaml = try await fixture.runner.run(LintCodeStep.self, "{ path: y, fail_on: never }")
    #expect(yaml["counts"]?["total"] == 1)
    #expect(yaml["tool"] == "built-in")
  }

  @Test func `a missing linter is named with its package, and nothing to lint fails`() async throws {
    let fixture = try CodeFixture(["a.sh": "", "c/a.c": ""]).only()
    for (parameters, message) in [
      ("{ language: shell }", "lint .: shellcheck is not on this host; install the package shellcheck"),
      (
        "{ path: c }",
        "lint c: neither clang-tidy nor cppcheck are on this host; install the package clang-tidy or the "
          + "package cppcheck"
      ), ("{ language: go }", "lint .: there is no go file in it"),
    ] {
      #expect(
        await failure { try await fixture.runner.run(LintCodeStep.self, parameters) }?.message == message)
    }
  }

  @Test func `a linter that could not look is a failure`() async throws {
    let fixture = try CodeFixture(["a.sh": ""]).scripted { _ in .words("", stderr: "bad option", code: 4) }
      .fixture
    let failed = await failure { try await fixture.runner.run(LintCodeStep.self, "{ fail_on: never }") }
    #expect(failed?.message == "lint .: run shellcheck: exited with code 4: bad option")
  }

  @Test func `a cancel ends the linter`() async throws {
    let fixture = try CodeFixture(["a.sh": ""])
    try fixture.write("#!/bin/sh\ntouch began\nsleep 60\n", to: "bin/shellcheck", mode: 0o755)
    let path = fixture.runner.directory / "bin"
    #expect(
      await fixture.cancelled(
        LintCodeStep.self, "{ path: a.sh, environment: { PATH: \"\(path):/usr/bin:/bin\" } }")?
        .kind == .cancelled)
  }

  @Test(arguments: [
    (
      "{ language: ruby }",
      [
        "/language: expected one of \"swift\", \"rust\", \"go\", \"python\", \"javascript\", \"typescript\", \"shell\", \"c\", \"c++\", \"yaml\", \"json\", not \"ruby\""
      ]
    ),
    ("{ fail_on: warnings }", ["/fail_on: \"warnings\": did you mean \"warning\"?"]),
    (
      "{ rule: x }",
      [
        "/rule: unknown parameter; known are args, environment, fail_on, language, output_variable, path, timeout_seconds"
      ]
    ),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(LintCodeStep.self, parameters) == problems)
    #expect(try StepRunner.example(LintCodeStep.self)["fail_on"] == "warning")
  }
}
