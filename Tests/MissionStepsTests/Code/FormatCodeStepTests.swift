import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct FormatCodeStepTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let tool: String
    let language: String
    let file: String
    let before: String
    let after: String
    var testDescription: String { tool }
  }

  static let examples = [
    Example(tool: "swift", language: "swift", file: "a.swift", before: "let  x=1\n", after: "let x = 1\n"),
    Example(
      tool: "rustfmt", language: "rust", file: "a.rs", before: "fn main( ) { f(1) ; }\n",
      after: "fn main() {\n    f(1);\n}\n"),
    Example(
      tool: "gofmt", language: "go", file: "a.go", before: "package a\nvar  x=1\n",
      after: "package a\n\nvar x = 1\n"),
    Example(
      tool: "clang-format", language: "c", file: "-a b.c", before: "int   x ;\n", after: "int x;\n"),
    Example(
      tool: "black", language: "python", file: "a.py", before: "x = {'a':1}\n", after: "x = {\"a\": 1}\n"),
    Example(
      tool: "built-in", language: "json", file: "a.json", before: "{\"a\":[1.00,{}],\"b\":\"x:,\\\"\"}",
      after: "{\n  \"a\": [\n    1.00,\n    {}\n  ],\n  \"b\": \"x:,\\\"\"\n}\n"),
    Example(
      tool: "built-in", language: "yaml", file: "a.yml", before: "# kept\r\na: 1  \r\n\r\n",
      after: "# kept\na: 1\n"),
  ]

  @Test(arguments: examples)
  func `a file gets its form, and a second time nothing changes`(example: Example) async throws {
    let fixture = try CodeFixture().only(example.tool)
    let path = "p/" + example.file
    try fixture.write(example.before, to: path, mode: 0o755)
    let parameters = "{ path: p, language: \(example.language)"
    let checked = await failure {
      try await fixture.runner.run(FormatCodeStep.self, parameters + ", check: true }")
    }
    let located = example.file.hasPrefix("-") ? "p/" + example.file : path
    #expect(
      checked?.message
        == "format p: \(example.tool) would change \(located); run format_code without check")
    #expect(checked?.output?["formatted"] == false)
    #expect(try fixture.runner.directory.read(path) == example.before)
    let output = try await fixture.runner.run(FormatCodeStep.self, parameters + " }")
    #expect(
      output == [
        "formatted": true, "changed_files": [.string(located)], "language": .string(example.language),
        "tool": .string(example.tool),
      ])
    #expect(try fixture.runner.directory.read(path) == example.after)
    let again = try await fixture.runner.run(FormatCodeStep.self, parameters + ", check: true }")
    #expect(again["changed_files"] == [])
  }

  @Test func `ruff formats where black is not`() async throws {
    let fixture = try CodeFixture(["p/a.py": "x = {'a':1}\n", "q/a.py": "def (\n"]).only(fetched: "ruff")
    let output = try await fixture.runner.run(FormatCodeStep.self, "{ path: p }")
    #expect(output["tool"] == "ruff")
    #expect(output["changed_files"] == ["p/a.py"])
    #expect(try fixture.runner.directory.read("p/a.py") == "x = {\"a\": 1}\n")
    let failed = await failure { try await fixture.runner.run(FormatCodeStep.self, "{ path: q }") }
    #expect(failed?.message.hasPrefix("format q: ") == true)
    #expect(try fixture.runner.directory.read("q/a.py") == "def (\n")
  }

  @Test func `args and environment reach the tool`() async throws {
    let fixture = try CodeFixture(["a.c": "int f() { return 1; }\n"])
    let output = try await fixture.runner.run(
      FormatCodeStep.self,
      "{ args: [\"--style={IndentWidth: 8, AllowShortFunctionsOnASingleLine: None}\"], environment: { X: y } }"
    )
    #expect(output["changed_files"] == ["a.c"])
    #expect(try fixture.runner.directory.read("a.c") == "int f() {\n        return 1;\n}\n")
  }

  @Test func `what cannot be parsed stays as it is`() async throws {
    let fixture = try CodeFixture(["g/a.go": "package a\nfunc {\n", "j/a.json": "{", "y/a.yaml": "a: [\n"])
    let go = await failure { try await fixture.runner.run(FormatCodeStep.self, "{ path: g }") }
    #expect(go?.message.hasPrefix("format g: ") == true)
    #expect(try fixture.runner.directory.read("g/a.go") == "package a\nfunc {\n")
    let json = await failure { try await fixture.runner.run(FormatCodeStep.self, "{ path: j }") }
    #expect(json?.message.hasPrefix("format j/a.json: it is no JSON: ") == true)
    let yaml = await failure { try await fixture.runner.run(FormatCodeStep.self, "{ path: y }") }
    #expect(yaml?.message.hasPrefix("format y/a.yaml: it is no YAML: ") == true)
  }

  @Test func `prettier is asked by the name of the file`() async throws {
    let (fixture, commands) = try CodeFixture(["a.ts": "x\n"]).scripted { _ in .words("x;\n") }
    let output = try await fixture.runner.run(FormatCodeStep.self, "{ args: [--no-semi] }")
    #expect(commands.value.first?.arguments == ["--stdin-filepath", "a.ts", "--no-semi"])
    #expect(output["tool"] == "prettier")
  }

  @Test func `an answer that was cut is never written`() async throws {
    let (fixture, _) = try CodeFixture(["a.ts": "x\n"]).scripted { _ in
      var output = ProcessOutput.words("x;")
      output.stdoutTruncated = true
      return output
    }
    #expect(
      await failure { try await fixture.runner.run(FormatCodeStep.self, "{}") }?.message
        == "format a.ts: what prettier wrote is longer than 2097152 bytes")
    #expect(try fixture.runner.directory.read("a.ts") == "x\n")
  }

  @Test func `what prettier cannot parse is told in its own words`() async throws {
    let words = try CodeFixture.recorded("prettier")
    let (fixture, _) = try CodeFixture(["abc.js": ".name { display: none; }"]).scripted { _ in
      .words("", stderr: words, code: 2)
    }
    let failed = await failure { try await fixture.runner.run(FormatCodeStep.self, "{ path: abc.js }") }
    #expect(
      failed?.message
        == "format abc.js: prettier found 1 error: abc.js:1:1: SyntaxError: Unexpected token")
  }

  @Test func `a missing formatter is named, and nothing to format fails`() async throws {
    let fixture = try CodeFixture(["a.py": "", "t/a.ts": ""]).only()
    for (parameters, message) in [
      (
        "{}",
        "format .: neither black nor ruff are on this host; install the package black or ruff of PyPI"
      ), ("{ path: t }", "format t: prettier is not on this host; install prettier of npm"),
      ("{ language: go }", "format .: there is no go file in it"),
    ] {
      let language = parameters == "{}" ? "{ language: python }" : parameters
      #expect(
        await failure { try await fixture.runner.run(FormatCodeStep.self, language) }?.message == message)
    }
  }

  @Test func `a cancel ends the formatter and leaves the file`() async throws {
    let fixture = try CodeFixture(["a.go": "package a\n"])
    try fixture.write("#!/bin/sh\ntouch began\nsleep 60\n", to: "bin/gofmt", mode: 0o755)
    let path = fixture.runner.directory / "bin"
    #expect(
      await fixture.cancelled(
        FormatCodeStep.self, "{ path: a.go, environment: { PATH: \"\(path):/usr/bin:/bin\" } }")?.kind
        == .cancelled)
    #expect(try fixture.runner.directory.read("a.go") == "package a\n")
  }

  @Test(arguments: [
    ("{ check: 1 }", ["/check: expected true or false, not 1"]),
    (
      "{ language: cobol }",
      [
        "/language: expected one of \"swift\", \"rust\", \"go\", \"c\", \"c++\", \"python\", \"javascript\", \"typescript\", \"json\", \"yaml\", not \"cobol\""
      ]
    ),
    ("{ chekc: true }", ["/chekc: unknown parameter; did you mean \"check\"?"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(FormatCodeStep.self, parameters) == problems)
    #expect(try StepRunner.example(FormatCodeStep.self)["check"] == true)
  }
}
