import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct CompileCodeStepTests {
  /// A source that compiles, how it is broken, and where the compiler then points.
  struct Example: Sendable, CustomTestStringConvertible {
    let language: String
    let files: [String: String]
    let broken: (file: String, text: String)
    let line: Int
    let tool: String
    var testDescription: String { language }

    init(
      _ language: String, _ files: [String: String], broken: (file: String, text: String), line: Int,
      tool: String
    ) {
      self.language = language
      self.files = files
      self.broken = broken
      self.line = line
      self.tool = tool
    }
  }

  static let examples = [
    Example(
      "c", ["main.c": "int main(void) { return 0; }\n"],
      broken: ("main.c", "int main(void) {\n  return 0\n}\n"),
      line: 2, tool: "cc"),
    Example(
      "c++", ["a b.cpp": "int main() { return 0; }\n"], broken: ("a b.cpp", "int main() { return x; }\n"),
      line: 1,
      tool: "c++"),
    Example(
      "swift", ["one.swift": "print(1)\n"], broken: ("one.swift", "print(1)\nlet x: Int = \"a\"\n"), line: 2,
      tool: "swiftc"),
    Example(
      "rust",
      [
        "Cargo.toml": "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        "src/main.rs": "fn main() { println!(\"1\"); }\n",
      ], broken: ("src/main.rs", "fn main() {\n  let x: i32 = \"a\";\n}\n"), line: 2, tool: "cargo"),
    Example(
      "go", ["go.mod": "module p\n\ngo 1.19\n", "main.go": "package main\n\nfunc main() {}\n"],
      broken: ("main.go", "package main\n\nfunc main() { x := 1 }\n"), line: 3, tool: "go"),
    Example(
      "java", ["A.java": "public class A { int one() { return 1; } }\n"],
      broken: ("A.java", "public class A {\n  int one() { return 1 }\n}\n"), line: 2, tool: "javac"),
    Example(
      "typescript", ["a.ts": "const a: number = 1;\nexport { a };\n"],
      broken: ("a.ts", "\nconst a: number = \"1\";\nexport { a };\n"), line: 2, tool: "tsc"),
    Example(
      "node", ["a.js": "console.log(1);\n"], broken: ("a.js", "\nconsole.log(;\n"), line: 2, tool: "node"),
    Example(
      "python", ["a.py": "print(1)\n"], broken: ("a.py", "x = 1\ndef f(:\n  pass\n"), line: 2,
      tool: "python3"),
    Example(
      "make", ["Makefile": "all:\n\t$(CC) -c a.c\n", "a.c": "int a;\n"],
      broken: ("a.c", "\nint a b;\n"), line: 2, tool: "make"),
    Example(
      "ninja",
      [
        "build.ninja": "rule cc\n  command = cc -c $in -o $out\nbuild a.o: cc a.c\n",
        "a.c": "int a;\n",
      ],
      broken: ("a.c", "\nint a b;\n"), line: 2, tool: "ninja"),
    Example(
      "cmake",
      [
        "CMakeLists.txt":
          "cmake_minimum_required(VERSION 3.13)\nproject(p C)\nadd_executable(p main.c)\n",
        "main.c": "int main(void) { return 0; }\n",
      ],
      broken: ("CMakeLists.txt", "cmake_minimum_required(VERSION 3.13)\nproject(p C)\nnonsense(1)\n"),
      line: 3,
      tool: "cmake"),
  ]

  @Test(arguments: examples)
  func `a source compiles, and what is wrong is told by its place`(example: Example) async throws {
    let fixture = try CodeFixture()
    for (name, text) in example.files { try fixture.write(text, to: "p/" + name) }
    let output = try await fixture.runner.run(CompileCodeStep.self, "{ path: p }")
    #expect(output["success"] == true)
    #expect(output["exit_code"] == 0)
    #expect(output["tool"] == .string(example.tool))
    try fixture.write(example.broken.text, to: "p/" + example.broken.file)
    let failed = await failure {
      try await fixture.runner.run(CompileCodeStep.self, "{ path: p, language: \"\(example.language)\" }")
    }
    #expect(failed?.kind == .failed)
    #expect(
      failed?.message.hasPrefix("compile p: \(example.tool) found ") == true, "\(failed?.message ?? "")")
    let found = failed?.output?["diagnostics"]?.arrayValue?.first { $0["severity"] == "error" }
    #expect(found?["file"] == .string("p/" + example.broken.file), "\(failed?.output?.pretty ?? "")")
    #expect(found?["line"] == JSON(example.line))
    #expect(failed?.output?["success"] == false)
  }

  @Test func `one file is compiled alone, and warnings are no failure`() async throws {
    let fixture = try CodeFixture([
      "src/a.c": "int main(void) { int unused; return 0; }\n", "src/b.c": "this is no C\n",
    ])
    let output = try await fixture.runner.run(CompileCodeStep.self, "{ path: src/a.c, args: [-o, a b] }")
    #expect(output["command"] == "cc -Wall a.c -o 'a b'")
    #expect(
      output["diagnostics"] == [
        [
          "file": "src/a.c", "line": 1, "column": 22, "severity": "warning",
          "message": "unused variable ‘unused’",
        ]
      ])
    #expect(fixture.runner.directory.contains("src/a b"))
  }

  @Test func `a library without main becomes objects`() async throws {
    let fixture = try CodeFixture(["a.c": "int a(void) { return 1; }\n"])
    let output = try await fixture.runner.run(CompileCodeStep.self, "{}")
    #expect(output["command"] == "cc -Wall -c a.c")
    #expect(fixture.runner.directory.contains("a.o"))
  }

  @Test func `a linker's complaint is told with its file`() async throws {
    let fixture = try CodeFixture(["a.c": "int x(void); int main(void) { return x(); }\n"])
    let failed = await failure { try await fixture.runner.run(CompileCodeStep.self, "{}") }
    #expect(failed?.message == "compile .: cc found 1 error: a.c: undefined reference to `x'")
  }

  @Test func `the environment reaches the tool, also in place of the usual one`() async throws {
    let fixture = try CodeFixture(["Makefile": "all:\n\t@echo \"$$WORD $$TERM\"\n"])
    let output = try await fixture.runner.run(
      CompileCodeStep.self, "{ environment: { WORD: a b, TERM: vt100 } }")
    #expect(output["stdout"] == "a b vt100\n")
  }

  @Test(arguments: [
    ("pom.xml", "-o, -Dmaven.repo.local=/usr/share/maven-repo"), ("build.gradle", "--offline"),
  ])
  func `Maven and Gradle compile without a registry`(file: String, arguments: String) async throws {
    let fixture = try CodeFixture([
      "p/src/main/java/A.java": "public class A {\n  int one() { return 1 }\n}\n"
    ])
    let text = file == "pom.xml" ? RunTestsStepTests.pom : "apply plugin: 'java'\n"
    try fixture.write(text, to: "p/" + file)
    let failed = await failure {
      try await fixture.runner.run(CompileCodeStep.self, "{ path: p, args: [\(arguments)] }")
    }
    let first = failed?.output?["diagnostics"]?[0]
    #expect(first?["file"] == "p/src/main/java/A.java", "\(failed?.message ?? "")")
    #expect(first?["line"] == 2)
    #expect(first?["message"] == "';' expected")
  }

  @Test func `dotnet's messages are told by their places`() async throws {
    let words = try CodeFixture.recorded("msbuild")
    let (fixture, commands) = try CodeFixture(["p/p.csproj": ""]).scripted { _ in .words(words, code: 1) }
    let failed = await failure { try await fixture.runner.run(CompileCodeStep.self, "{ path: p }") }
    #expect(commands.value.last?.arguments == ["build", "--nologo"])
    #expect(failed?.message.hasPrefix("compile p: dotnet found 1 error: ") == true)
    #expect(
      failed?.output?["diagnostics"]?[0] == [
        "file": "p/Main.cs", "line": 17, "column": 20, "severity": "warning",
        "message": "The variable 'x' is declared but never used",
      ])
  }

  @Test func `zig is called by the name that PyPI gives it`() async throws {
    let fixture = try CodeFixture(["p/a.zig": "export fn one() u8 {\n    return 1;\n}\n"])
      .only(fetched: "python-zig")
    let output = try await fixture.runner.run(CompileCodeStep.self, "{ path: p }")
    #expect(output["command"] == "python-zig build-obj a.zig")
    #expect(fixture.runner.directory.contains("p/a.o"))
    try fixture.write("export fn one() u8 {\n    return \"a\";\n}\n", to: "p/a.zig")
    let failed = await failure { try await fixture.runner.run(CompileCodeStep.self, "{ path: p }") }
    #expect(
      failed?.message
        == "compile p: python-zig found 1 error: p/a.zig:2:12: expected type 'u8', found '*const [1:0]u8'")
  }

  @Test func `a missing tool is named with its package`() async throws {
    let fixture = try CodeFixture(["build.zig": "", "p/p.csproj": "", "a.c": ""]).only()
    for (parameters, message) in [
      ("{}", "compile .: zig is not on this host; install ziglang of PyPI"),
      (
        "{ path: p }",
        "compile p: dotnet is not on this host; install the package dotnet-sdk-8.0 of Microsoft"
      ),
      ("{ path: a.c }", "compile a.c: cc is not on this host; install the package gcc"),
    ] {
      #expect(
        await failure { try await fixture.runner.run(CompileCodeStep.self, parameters) }?.message == message)
    }
  }

  @Test func `what is not there, or tells no language, fails`() async throws {
    let fixture = try CodeFixture(["empty/readme": ""])
    for (parameters, message) in [
      ("{ path: none }", "compile none: there is no such file or folder"),
      (
        "{ path: empty }",
        "compile empty: its files tell no language; set \"language\" to one of swift, rust, go, c, c++, java, "
          + "maven, gradle, typescript, node, python, make, cmake, ninja, zig, dotnet"
      ),
      ("{ path: empty, language: c }", "compile empty: there is no c source in it"),
    ] {
      #expect(
        await failure { try await fixture.runner.run(CompileCodeStep.self, parameters) }?.message == message)
    }
    let outside = await failure {
      try await fixture.runner.run(CompileCodeStep.self, "{ path: /etc, language: make }")
    }
    #expect(outside?.kind == .denied)
  }

  @Test func `a cancel ends the compiler and what it started`() async throws {
    let fixture = try CodeFixture(["Makefile": "all:\n\ttouch began; sleep 60\n"])
    #expect(await fixture.cancelled(CompileCodeStep.self, "{}")?.kind == .cancelled)
  }

  @Test(arguments: [
    ("{ language: rsut }", ["/language: \"rsut\": did you mean \"rust\"?"]),
    (
      "{ language: 1 }",
      [
        "/language: expected one of \"swift\", \"rust\", \"go\", \"c\", \"c++\", \"java\", \"maven\", \"gradle\", \"typescript\", \"node\", \"python\", \"make\", \"cmake\", \"ninja\", \"zig\", \"dotnet\", not 1"
      ]
    ),
    ("{ args: -O2 }", ["/args: expected a list, each a string, not \"-O2\""]),
    ("{ path: [] }", ["/path: expected a path, not []"]),
    (
      "{ environment: { \"A=B\": 1 } }",
      ["/environment: \"A=B\" cannot name a variable; a name is not empty and holds no ="]
    ),
    ("{ arg: [] }", ["/arg: unknown parameter; did you mean \"args\"?"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(CompileCodeStep.self, parameters) == problems)
    #expect(try StepRunner.example(CompileCodeStep.self)["language"] == "make")
  }
}
