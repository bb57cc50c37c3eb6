import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct GenerateDocsStepTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let format: String
    let tool: String
    let files: [String: String]
    /// A page that must be there, below the output, and what it says.
    let page: (path: String, text: String)
    let counts: (documented: Int, undocumented: Int)
    var testDescription: String { format }
  }

  static let examples = [
    Example(
      format: "doxygen", tool: "doxygen",
      files: [
        "add.c":
          "/** Adds two numbers.\n */\nint add(int a, int b) { return a + b; }\nint sub() { return 0; }\n"
      ],
      page: ("html/add_8c.html", "Adds two numbers."), counts: (1, 1)),
    Example(
      format: "javadoc", tool: "javadoc",
      files: [
        "Cat.java": "/** A cat that purrs. */\npublic class Cat {\n  public int age() { return 1; }\n}\n"
      ],
      page: ("Cat.html", "A cat that purrs."), counts: (1, 1)),
    Example(
      format: "pydoc", tool: "python3",
      files: [
        "src/pets/__init__.py": "", "src/pets/cat.py": "def purr(loud):\n    \"\"\"Purrs softly.\"\"\"\n",
        "setup.py": "raise SystemExit(1)\n",
      ], page: ("pets.cat.html", "Purrs&nbsp;softly."), counts: (1, 0)),
    Example(
      format: "go doc", tool: "go",
      files: [
        "go.mod": "module p\n\ngo 1.19\n", "cat/cat.go": "package cat\n\n// Purr is soft.\nfunc Purr() {}\n",
      ], page: ("cat.txt", "Purr is soft."), counts: (1, 0)),
    Example(
      format: "cargo doc", tool: "cargo",
      files: [
        "Cargo.toml": "[package]\nname = \"pets\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        "src/lib.rs": "/// Purrs softly.\npub fn purr() {}\n",
      ], page: ("doc/pets/fn.purr.html", "Purrs softly."), counts: (1, 0)),
    Example(
      format: "docc", tool: "docc",
      files: ["Cat.swift": "/// A cat that purrs.\npublic struct Cat {\n  public func purr() {}\n}\n"],
      page: ("data/documentation/p/cat.json", "A cat that purrs."), counts: (1, 1)),
  ]

  @Test(arguments: examples)
  func `each tool's pages say what the comments say`(example: Example) async throws {
    let fixture = try CodeFixture()
    for (name, text) in example.files { try fixture.write(text, to: "p/" + name) }
    let output = try await fixture.runner.run(
      GenerateDocsStep.self, "{ path: p, format: \(example.format), output: out of/it }")
    #expect(output["format"] == .string(example.format))
    #expect(output["tool"] == .string(example.tool))
    #expect(output["output"] == .string(example.format == "cargo doc" ? "out of/it/doc" : "out of/it"))
    #expect(output["documented"] == JSON(example.counts.documented), "\(output.pretty)")
    #expect(output["undocumented"] == JSON(example.counts.undocumented))
    let page = "out of/it/" + example.page.path
    #expect(output["files"]?.arrayValue?.contains(.string(page)) == true, "\(output.pretty)")
    #expect(try fixture.runner.directory.read(page).contains(example.page.text))
    #expect(!fixture.runner.directory.contains(".missiond-docs-step-1"))
  }

  @Test func `a package's symbols become an archive`() async throws {
    let fixture = try CodeFixture([
      "Package.swift": """
      // swift-tools-version: 5.9
      import PackageDescription
      let package = Package(name: "Pets", targets: [.target(name: "Pets")])
      """, "Sources/Pets/Cat.swift": "/// A cat.\npublic struct Cat {}\n",
    ])
    let output = try await fixture.runner.run(GenerateDocsStep.self, "{ format: docc }")
    #expect(
      output["files"]?.arrayValue?.contains("docs/api/data/documentation/pets/cat.json") == true,
      "\(output.pretty)")
  }

  @Test func `Markdown needs no tool: a page a source, and an index`() async throws {
    let fixture = try CodeFixture([
      "src/a_b.py": "class A:\n    \"\"\"An A.\"\"\"\n    def f(self):\n        def inner(): pass\n",
      "src/b.c": "// Adds.\nint add(int a) { return a; }\n",
    ]).only()
    let output = try await fixture.runner.run(GenerateDocsStep.self, "{ path: src }")
    #expect(
      output == [
        "format": "markdown", "output": "docs/api",
        "files": ["docs/api/a_b.py.md", "docs/api/b.c.md", "docs/api/index.md"], "documented": 2,
        "undocumented": 1, "tool": "built-in",
      ])
    #expect(
      try fixture.runner.directory.read("docs/api/a_b.py.md") == """
        # a\\_b.py

        ## class `A`

        An A.

        Defined in line 1.

        ## method `A.f`

        ```python
        f(self)
        ```

        *Not documented.*

        Defined in line 3.

        """)
    #expect(
      try fixture.runner.directory.read("docs/api/index.md")
        == "# src\n\n- [a\\_b.py](<a_b.py.md>): 2 declarations\n- [b.c](<b.c.md>): 1 declaration\n")
    let one = try await fixture.runner.run(
      GenerateDocsStep.self, "{ path: src, output: API.md, language: c }")
    #expect(one["files"] == ["API.md"])
    #expect(try fixture.runner.directory.read("API.md").contains("Adds."))
  }

  @Test func `the project's Doxyfile counts, and args are added`() async throws {
    let (fixture, commands) = try CodeFixture(["a.c": "", "Doxyfile": "QUIET = YES\n"]).scripted()
    let failed = await failure {
      try await fixture.runner.run(GenerateDocsStep.self, "{ format: doxygen, args: [-s], output: d }")
    }
    #expect(failed?.message == "document .: doxygen wrote nothing into d")
    #expect(commands.value.first?.arguments == ["-s", "-"])
    let path = fixture.runner.directory / "d"
    #expect(
      commands.value.first?.input == Array("@INCLUDE = Doxyfile\nOUTPUT_DIRECTORY = \"\(path)\"\n".utf8))
  }

  @Test(arguments: [
    ("docc", "a.swift", "swiftc is not on this host; install the package swiftlang"),
    ("cargo doc", "a.rs", "cargo is not on this host; install the package cargo"),
    ("pydoc", "a.py", "python3 is not on this host; install the package python3"),
    ("javadoc", "a.java", "javadoc is not on this host; install the package default-jdk-headless"),
    ("doxygen", "a.c", "doxygen is not on this host; install the package doxygen"),
    ("go doc", "a.go", "go is not on this host; install the package golang-go"),
  ])
  func `a missing tool is named with its package`(format: String, file: String, message: String) async throws
  {
    let fixture = try CodeFixture().only()
    try fixture.write("", to: file)
    let failed = await failure {
      try await fixture.runner.run(GenerateDocsStep.self, "{ format: \(format) }")
    }
    #expect(failed?.message == "document .: " + message)
  }

  @Test func `a source that its tool refuses fails the step with the place`() async throws {
    let fixture = try CodeFixture([
      "a.py": "import nothing_of_that_name\n", "A.java": "public class A {\n  int f() { return }\n}\n",
    ])
    let python = await failure { try await fixture.runner.run(GenerateDocsStep.self, "{ format: pydoc }") }
    #expect(python?.message.contains("nothing_of_that_name") == true, "\(python?.message ?? "")")
    let java = await failure { try await fixture.runner.run(GenerateDocsStep.self, "{ format: javadoc }") }
    #expect(
      java?.message.hasPrefix("document .: javadoc found 1 error: A.java:2:") == true,
      "\(java?.message ?? "")")
  }

  @Test func `scripts that are no modules are told`() async throws {
    let fixture = try CodeFixture(["not-a-module.py": "x = 1\n"])
    #expect(
      await failure { try await fixture.runner.run(GenerateDocsStep.self, "{ format: pydoc }") }?.message
        == "document .: no file in it can be imported as a module")
  }

  @Test func `nothing to document, and a language that the format has not, are told`() async throws {
    let runner = try CodeFixture(["a.txt": ""]).runner
    for (parameters, message) in [
      ("{ format: javadoc }", "document .: there is no java file in it"),
      ("{ format: docc, language: go }", "language: docc documents swift, not go"),
      ("{ path: nowhere }", "document nowhere: there is no such file or folder"),
    ] {
      #expect(await failure { try await runner.run(GenerateDocsStep.self, parameters) }?.message == message)
    }
  }

  @Test func `a cancel ends the tool`() async throws {
    let fixture = try CodeFixture(["a.c": ""])
    try fixture.write("#!/bin/sh\ntouch began\nsleep 60\n", to: "bin/doxygen", mode: 0o755)
    let path = fixture.runner.directory / "bin"
    #expect(
      await fixture.cancelled(
        GenerateDocsStep.self, "{ format: doxygen, environment: { PATH: \"\(path):/usr/bin:/bin\" } }")?
        .kind == .cancelled)
  }

  @Test func `a source that is too long is not read, and told in a warning`() async throws {
    let fixture = try CodeFixture(["p/a.swift": "/// A.\nfunc a() {}\n"])
    try fixture.write("func b() {}\n" + String(repeating: "/", count: 8 << 20), to: "p/b.swift")
    let output = try await fixture.runner.run(GenerateDocsStep.self, "{ path: p, format: markdown }")
    #expect(output["documented"] == 1)
    #expect(output["undocumented"] == 0)
    #expect(
      fixture.runner.warnings.value == [
        "document p/b.swift: it is longer than 8388608 bytes and its comments are not read"
      ])
  }

  @Test(arguments: [
    (
      "{ format: html }",
      [
        "/format: expected one of \"markdown\", \"docc\", \"cargo doc\", \"pydoc\", \"javadoc\", \"doxygen\", \"go doc\", not \"html\""
      ]
    ),
    (
      "{ language: ruby }",
      [
        "/language: expected one of \"swift\", \"rust\", \"go\", \"python\", \"javascript\", \"typescript\", \"c\", \"c++\", \"java\", not \"ruby\""
      ]
    ),
    ("{ outptu: x }", ["/outptu: unknown parameter; did you mean \"output\"?"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(GenerateDocsStep.self, parameters) == problems)
    #expect(try StepRunner.example(GenerateDocsStep.self)["output"] == "docs/api")
  }
}
