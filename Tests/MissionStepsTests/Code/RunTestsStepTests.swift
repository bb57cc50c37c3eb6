import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct RunTestsStepTests {
  /// A project with one test that passes, one that fails and, where the tool knows it, one that is skipped.
  struct Example: Sendable, CustomTestStringConvertible {
    let language: String
    let files: [String: String]
    let counts: [Int]
    let failure: (name: String, words: String)
    let filter: String
    /// What lets the tool work without any network.
    var arguments = ""
    var testDescription: String { language }
  }

  private static let python = """
    import unittest
    class A(unittest.TestCase):
        def test_ok(self): pass
        def test_bad(self): self.assertEqual(1, 2)
        @unittest.skip("no")
        def test_skip(self): pass
    """
  private static let node = """
    const test = require('node:test'); const assert = require('node:assert');
    test('ok', () => {}); test('bad', () => { assert.equal(1, 2) }); test('skip', { skip: true }, () => {});
    """

  private static let java = """
    import org.junit.*;
    public class ATest {
      @Test public void ok() {}
      @Test public void bad() { Assert.assertEquals(1, 2); }
      @Ignore @Test public void skip() {}
    }
    """
  /// Debian's libraries for Java are laid out as a repository of Maven.
  static let pom = """
    <project>
      <modelVersion>4.0.0</modelVersion>
      <groupId>g</groupId><artifactId>p</artifactId><version>1</version>
      <properties>
        <maven.compiler.source>11</maven.compiler.source>
        <maven.compiler.target>11</maven.compiler.target>
        <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
      </properties>
      <dependencies>
        <dependency>
          <groupId>junit</groupId><artifactId>junit</artifactId><version>4.x</version><scope>test</scope>
        </dependency>
      </dependencies>
    </project>
    """

  static let examples = [
    Example(
      language: "maven", files: ["pom.xml": pom, "src/test/java/ATest.java": java], counts: [1, 1, 1],
      failure: ("ATest.bad", "expected:<1> but was:<2>"), filter: "ATest#ok",
      arguments: "-o, -Dmaven.repo.local=/usr/share/maven-repo"),
    Example(
      language: "gradle",
      files: [
        "build.gradle": """
        apply plugin: 'java'
        dependencies {
          testCompile files('/usr/share/java/junit4.jar', '/usr/share/java/hamcrest-core.jar')
        }
        """, "src/test/java/ATest.java": java,
      ], counts: [1, 1, 1], failure: ("ATest.bad", "expected:<1> but was:<2>"), filter: "ATest.ok",
      arguments: "--offline"),
    Example(
      language: "rust",
      files: [
        "Cargo.toml": "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        "src/lib.rs":
          "#[test] fn ok() {}\n#[test] fn bad() { assert!(1 == 2, \"one\"); }\n#[test] #[ignore] fn skip() {}\n",
      ], counts: [1, 1, 1], failure: ("bad", "one"), filter: "ok"),
    Example(
      language: "go",
      files: [
        "go.mod": "module p\n\ngo 1.19\n",
        "a_test.go":
          "package p\nimport \"testing\"\nfunc TestOk(t *testing.T) {}\nfunc TestBad(t *testing.T) { t.Fatal(\"one\") }\n"
          + "func TestSkip(t *testing.T) { t.Skip() }\n",
      ], counts: [1, 1, 1], failure: ("p.TestBad", "a_test.go:4: one"), filter: "Ok"),
    Example(
      language: "pytest", files: ["test_a.py": python], counts: [1, 1, 1],
      failure: ("test_a.A.test_bad", "1 != 2"), filter: "ok"),
    Example(
      language: "unittest", files: ["test_a.py": python], counts: [1, 1, 1],
      failure: ("test_bad (test_a.A", "AssertionError: 1 != 2"), filter: "*ok"),
    Example(
      language: "node",
      files: ["package.json": "{\"scripts\": {\"test\": \"node --test\"}}", "a.test.js": node],
      counts: [1, 1, 1], failure: ("bad", "1 == 2"), filter: "ok"),
    Example(
      language: "cmake",
      files: [
        "CMakeLists.txt": """
        cmake_minimum_required(VERSION 3.13)
        project(p NONE)
        enable_testing()
        add_test(NAME ok COMMAND true)
        add_test(NAME bad COMMAND false)
        """
      ], counts: [1, 1, 0], failure: ("bad", ""), filter: "ok"),
    Example(
      language: "make",
      files: [
        "Makefile":
          "test:\n\t@echo 1..2; test \"$(TESTS)\" = ok || echo not ok 1 - bad; echo ok 2; test \"$(TESTS)\" = ok\n"
      ], counts: [1, 1, 0], failure: ("bad", ""), filter: "ok"),
  ]

  @Test(arguments: examples)
  func `tests are counted, and what failed is told`(example: Example) async throws {
    let fixture = try CodeFixture()
    for (name, text) in example.files { try fixture.write(text, to: "p/" + name) }
    let chosen = "language: \(example.language), args: [\(example.arguments)]"
    let failed = await failure {
      try await fixture.runner.run(RunTestsStep.self, "{ path: p, \(chosen) }")
    }
    let output = try #require(failed?.output, "\(failed?.message ?? "it passed")")
    let counts = ["passed", "failed", "skipped", "total"].map { output[$0]?.integerValue ?? -1 }
    #expect(counts == (example.counts + [example.counts.reduce(0, +)]).map(Int64.init), "\(output.pretty)")
    #expect(
      failed?.message.hasPrefix("test p: 1 of \(counts[3]) tests failed: ") == true,
      "\(failed?.message ?? "")")
    #expect(output["success"] == false)
    let first = output["failures"]?[0]
    #expect(first?["name"]?.stringValue?.hasPrefix(example.failure.name) == true, "\(output.pretty)")
    #expect(
      first?["message"]?.stringValue?.contains(example.failure.words) ?? false
        || example.failure.words.isEmpty)
    let filtered = try await fixture.runner.run(
      RunTestsStep.self, "{ path: p, \(chosen), filter: \"\(example.filter)\" }")
    #expect(filtered["success"] == true)
    #expect(filtered["failed"] == 0)
    #expect(filtered["passed"] == 1)
    #expect(fixture.runner.directory.entries().filter { $0.hasPrefix(".missiond") }.isEmpty)
  }

  @Test func `a Swift package's tests of both kinds are counted`() async throws {
    let fixture = try CodeFixture([
      "p/Package.swift": """
      // swift-tools-version: 6.0
      import PackageDescription
      let package = Package(name: "P", targets: [.testTarget(name: "PTests")])
      """,
      "p/Tests/PTests/T.swift":
        "import Testing\n@Test func ok() {}\n@Test func bad() { #expect(1 == 2) }\n@Test(.disabled(\"no\")) func skip() {}\n",
      "p/Tests/PTests/X.swift": """
      import XCTest
      final class OldTests: XCTestCase {
        func testOk() {}
        func testBad() { XCTAssertEqual(1, 2) }
        func testSkip() throws { throw XCTSkip("no") }
      }
      """,
    ])
    let failed = await failure { try await fixture.runner.run(RunTestsStep.self, "{ path: p }") }
    let counts = ["passed", "failed", "skipped", "total"].map { failed?.output?[$0] }
    #expect(counts == [2, 2, 2, 6], "\(failed?.message ?? "")")
    #expect(
      failed?.message
        == "test p: 2 of 6 tests failed: OldTests.testBad: "
        + "X.swift:4: XCTAssertEqual failed: (\"1\") is not equal to (\"2\") - ")
    #expect(failed?.output?["failures"]?[1]?["name"] == "PTests.bad()")
    // One kind alone, whose report is wanted.
    let output = try await fixture.runner.run(
      RunTestsStep.self, "{ path: p, junit_file: r/s.xml, filter: PTests.ok, args: [--disable-xctest] }")
    #expect(output["passed"] == 1)
    #expect(output["total"] == 1)
    #expect(fixture.runner.directory.entries("r") == ["s.xml"])
    #expect(try fixture.runner.directory.read("r/s.xml").contains("<testcase classname=\"PTests\""))
    let old = try await fixture.runner.run(RunTestsStep.self, "{ path: p, filter: OldTests/testOk }")
    #expect(old["total"] == 1)
  }

  @Test func `the report of pytest is kept where it is asked for`() async throws {
    let fixture = try CodeFixture(["test_a.py": "def test_a(): pass\n", "out/r.xml": "old"])
    let output = try await fixture.runner.run(
      RunTestsStep.self, "{ junit_file: out/r.xml, args: [-q], environment: { X: y } }")
    #expect(output["total"] == 1)
    #expect(try fixture.runner.directory.read("out/r.xml").contains("<testcase"))
  }

  @Test func `a report that the run writes by itself is read`() async throws {
    let fixture = try CodeFixture([
      "Makefile": "check:\n\t@echo '<testsuite><testcase name=\"a\"/></testsuite>' > r.xml\n",
      "r.xml": "stale",
    ])
    let output = try await fixture.runner.run(RunTestsStep.self, "{ junit_file: r.xml }")
    #expect(output["passed"] == 1)
  }

  @Test func `Maven's and Gradle's reports are read from where they lie`() async throws {
    let report = "<testsuite><testcase classname='A' name='b'><error>boom</error></testcase></testsuite>"
    let fixture = try CodeFixture([
      "m/pom.xml": "<project/>", "m/target/surefire-reports/TEST-old.xml": report,
      "g/build.gradle": "", "g/build/test-results/test/TEST-A.xml": report,
    ])
    let maven = fixture.scripted { _ in
      .words("[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1\n")
    }
    // What an earlier run left is not counted.
    let output = try await maven.fixture.runner.run(RunTestsStep.self, "{ path: m, filter: A }")
    #expect(output["passed"] == 2)
    #expect(
      maven.commands.value.last?.arguments == ["--batch-mode", "--no-transfer-progress", "test", "-Dtest=A"])
    let gradle = fixture.scripted { _ in .words("", code: 1) }
    let failed = await failure {
      try await gradle.fixture.runner.run(RunTestsStep.self, "{ path: g, filter: A }")
    }
    #expect(failed?.message == "test g: 1 of 1 test failed: A.b: boom")
    #expect(
      gradle.commands.value.last?.arguments == ["--console=plain", "--no-daemon", "test", "--tests", "A"])
  }

  @Test func `what does not compile fails with the compiler's words`() async throws {
    let fixture = try CodeFixture([
      "go.mod": "module p\n\ngo 1.19\n", "a_test.go": "package p\nfunc f() { x }\n",
    ])
    let failed = await failure { try await fixture.runner.run(RunTestsStep.self, "{}") }
    #expect(failed?.output?["diagnostics"]?[0]?["file"] == "a_test.go", "\(failed?.message ?? "")")
    #expect(failed?.output?["diagnostics"]?[0]?["message"]?.stringValue?.hasPrefix("undefined: x") == true)
  }

  @Test func `a run without tests is told in a warning`() async throws {
    let fixture = try CodeFixture(["Makefile": "check:\n\t@true\n"])
    _ = try await fixture.runner.run(RunTestsStep.self, "{}")
    #expect(fixture.runner.warnings.value == ["test .: make told of no test"])
  }

  @Test func `a filter that the script could not understand is refused`() async throws {
    let fixture = try CodeFixture(["package.json": "{\"scripts\": {\"test\": \"./run\"}}"])
    let failed = await failure { try await fixture.runner.run(RunTestsStep.self, "{ filter: a }") }
    #expect(failed?.kind == .badParameters)
    #expect(
      failed?.message
        == "filter: nothing is known of how \"./run\" filters its tests; give its own option in \"args\"")
  }

  @Test func `a missing tool is named with its package`() async throws {
    let fixture = try CodeFixture(["pom.xml": ""]).only()
    #expect(
      await failure { try await fixture.runner.run(RunTestsStep.self, "{}") }?.message
        == "test .: mvn is not on this host; install the package maven")
  }

  @Test func `a cancel ends the tests and leaves no report`() async throws {
    let fixture = try CodeFixture(["Makefile": "check:\n\ttouch began; sleep 60\n"])
    #expect(await fixture.cancelled(RunTestsStep.self, "{}")?.kind == .cancelled)
    #expect(fixture.runner.directory.entries().filter { $0.hasPrefix(".missiond") }.isEmpty)
  }

  @Test(arguments: [
    ("{ language: pytst }", ["/language: \"pytst\": did you mean \"pytest\"?"]),
    ("{ filter: \"\" }", ["/filter: expected a string that is not empty, not \"\""]),
    ("{ junit_file: 1 }", ["/junit_file: expected a path, not 1"]),
    ("{ junit: x }", ["/junit: unknown parameter; did you mean \"junit_file\"?"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(RunTestsStep.self, parameters) == problems)
    #expect(try StepRunner.example(RunTestsStep.self)["filter"] == "parser")
  }
}
