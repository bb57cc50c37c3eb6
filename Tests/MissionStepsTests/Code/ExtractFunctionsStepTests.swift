import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ExtractFunctionsStepTests {
  private func fixture() throws -> CodeFixture {
    try CodeFixture([
      "src/a.c": "static int add(int a, int b)\n{\n  return a;\n}\n#define M 1\nstruct p { int x; };\n",
      "src/a.py": "class A:\n    def f(self, x: int):\n        return 1\n\ndef test_f(): pass\n",
      "src/a.js": "class K {\n  m(x) {\n  }\n}\nfunction run(a, b) {\n}\n",
      "src/a.sh": "greet() { echo; }\n",
      "src/-odd  name.rs": "impl S { fn bar(&self) -> i32 {\n 1 } }\n",
      "src/a.swift": "struct S {\n  func f(_ x: Int) -> Int { 1 }\n}\n",
      "node_modules/x.js": "function no() {}\n",
    ])
  }

  private func names(_ output: JSON) -> [String] {
    (output["functions"]?.arrayValue ?? []).map { $0["name"]?.stringValue ?? "?" }
  }

  @Test func `ctags lists what it reads, and the scan what ctags does not`() async throws {
    let output = try await fixture().runner.run(ExtractFunctionsStep.self, "{}")
    #expect(names(output) == ["bar", "add", "m", "run", "f", "test_f", "greet", "f"])
    #expect(output["count"] == 8)
    #expect(output["extractor"] == "universal-ctags+built-in")
    #expect(
      output["functions"]?[1] == [
        "name": "add", "kind": "function", "file": "src/a.c", "line": 1, "end_line": 4,
        "signature": "(int a,int b)", "scope": .null, "language": "c",
      ])
    // What ctags leaves open is filled.
    #expect(
      output["functions"]?[2] == [
        "name": "m", "kind": "method", "file": "src/a.js", "line": 2, "end_line": 3, "signature": "(x)",
        "scope": "K", "language": "javascript",
      ])
    #expect(output["functions"]?[0]?["file"] == "src/-odd  name.rs")
    #expect(output["functions"]?[0]?["end_line"] == 2)
    #expect(output["functions"]?[7]?["signature"] == "(_ x: Int) -> Int")
  }

  @Test func `without ctags, or with that of another maker, the scan reads alone`() async throws {
    let alone = try fixture().only()
    let output = try await alone.runner.run(ExtractFunctionsStep.self, "{ path: src }")
    #expect(names(output) == ["bar", "add", "m", "run", "f", "test_f", "f"])
    #expect(output["extractor"] == "built-in")
    #expect(
      output["functions"]?[1] == [
        "name": "add", "kind": "function", "file": "src/a.c", "line": 1, "end_line": 4,
        "signature": "(int a, int b)", "scope": .null, "language": "c",
      ])
    let (other, commands) = try fixture().scripted { _ in .words("Exuberant Ctags 5.8") }
    let exuberant = try await other.runner.run(ExtractFunctionsStep.self, "{ path: src }")
    #expect(exuberant["extractor"] == "built-in")
    #expect(commands.value.map(\.arguments) == [["--version"], ["--version"]])
  }

  @Test func `pattern, kinds and language choose what is listed`() async throws {
    let runner = try fixture().runner
    #expect(names(try await runner.run(ExtractFunctionsStep.self, "{ pattern: \"test_*\" }")) == ["test_f"])
    #expect(
      names(try await runner.run(ExtractFunctionsStep.self, "{ kinds: [struct, macro] }")) == ["M", "p", "S"])
    #expect(names(try await runner.run(ExtractFunctionsStep.self, "{ kinds: class }")) == ["K", "A"])
    #expect(
      names(try await runner.run(ExtractFunctionsStep.self, "{ language: python }")) == ["f", "test_f"])
    #expect(names(try await runner.run(ExtractFunctionsStep.self, "{ path: src/a.sh }")) == ["greet"])
  }

  @Test func `args and environment go to ctags`() async throws {
    let (fixture, commands) = try CodeFixture(["a.c": ""]).scripted { command in
      .words(command.arguments == ["--version"] ? "Universal Ctags 6\nfeatures: +json" : "")
    }
    let output = try await fixture.runner.run(
      ExtractFunctionsStep.self, "{ args: [--exclude=x], environment: { A: b } }")
    #expect(output["count"] == 0)
    let call = try #require(commands.value.last)
    #expect(call.program == "ctags")
    #expect(call.arguments.suffix(5) == ["--exclude=x", "-f", "-", "-L", "-"])
    #expect(call.input == Array("./a.c\n".utf8))
    #expect(call.environment.contains { $0.key == "A" && $0.value == "b" })
  }

  @Test func `a name that no list of lines can hold is left out, and a report that was cut is not read`()
    async throws
  {
    let fixture = try CodeFixture(["p/a.c": "int f(void) { return 1; }\n", "p/b\nb.c": "int g;\n"])
    #expect(names(try await fixture.runner.run(ExtractFunctionsStep.self, "{ path: p }")) == ["f"])
    #expect(
      fixture.runner.warnings.value == [
        "extract functions of p: a file with a line end in its name is left out"
      ])
    let (cut, _) = try CodeFixture(["a.c": ""]).scripted { command in
      var output = ProcessOutput.words(
        command.arguments == ["--version"] ? "Universal Ctags 6\nfeatures: +json" : "")
      output.stdoutTruncated = command.arguments != ["--version"]
      return output
    }
    #expect(
      await failure { try await cut.runner.run(ExtractFunctionsStep.self, "{}") }?.message
        == "extract functions of .: what ctags wrote is longer than 67108864 bytes; give a smaller \"path\" or "
        + "a \"language\"")
  }

  @Test func `what cannot be read without ctags names its package`() async throws {
    let fixture = try CodeFixture(["a.sh": "f() { :; }\n", "b.rb": "def f\nend\n"]).only()
    let failed = await failure { try await fixture.runner.run(ExtractFunctionsStep.self, "{}") }
    #expect(
      failed?.message
        == "extract functions of .: ctags is not on this host, and without it only swift, rust, go, python, "
        + "javascript, typescript, c, c++, java are read; install the package universal-ctags")
    let empty = await failure {
      try await fixture.runner.run(ExtractFunctionsStep.self, "{ language: rust }")
    }
    #expect(empty?.message == "extract functions of .: there is no rust file in it")
  }

  @Test func `a ctags that fails is a failure`() async throws {
    let fixture = try CodeFixture(["a.c": ""])
    let failed = await failure {
      try await fixture.runner.run(ExtractFunctionsStep.self, "{ args: [--no-such-option] }")
    }
    #expect(
      failed?.message.hasPrefix(
        "extract functions of .: run ctags: exited with code 1: ctags: Unknown option")
        == true, "\(failed?.message ?? "")")
  }

  @Test func `a cancel ends ctags`() async throws {
    let fixture = try CodeFixture(["a.c": ""])
    try fixture.write(
      "#!/bin/sh\n[ \"$1\" = --version ] && { echo Universal Ctags +json; exit; }\ntouch began\nsleep 60\n",
      to: "bin/ctags", mode: 0o755)
    let path = fixture.runner.directory / "bin"
    #expect(
      await fixture.cancelled(
        ExtractFunctionsStep.self, "{ path: a.c, environment: { PATH: \"\(path):/usr/bin:/bin\" } }")?
        .kind == .cancelled)
  }

  @Test func `a source that is too long is left out with a warning`() async throws {
    let fixture = try CodeFixture(["p/a.swift": "func a() {}\n"]).only()
    try fixture.write("func b() {}\n" + String(repeating: "/", count: 8 << 20), to: "p/b.swift")
    let output = try await fixture.runner.run(ExtractFunctionsStep.self, "{ path: p }")
    #expect(output["count"] == 1)
    #expect(
      fixture.runner.warnings.value == [
        "extract functions of p/b.swift: it is longer than 8388608 bytes and left out"
      ])
  }

  @Test(arguments: [
    (
      "{ language: ruby }",
      [
        "/language: expected one of \"swift\", \"rust\", \"go\", \"python\", \"javascript\", \"typescript\", \"c\", \"c++\", \"java\", \"shell\", not \"ruby\""
      ]
    ),
    ("{ pattern: \"[\" }", ["/pattern: is no glob: the bracket at character 1 is never closed"]),
    ("{ kinds: [\"\"] }", ["/kinds/0: expected a string that is not empty, not \"\""]),
    ("{ patern: x }", ["/patern: unknown parameter; did you mean \"pattern\"?"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(ExtractFunctionsStep.self, parameters) == problems)
    #expect(try StepRunner.example(ExtractFunctionsStep.self)["pattern"] == "test_*")
  }
}
