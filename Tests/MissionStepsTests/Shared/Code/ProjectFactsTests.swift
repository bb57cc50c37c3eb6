import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ProjectFactsTests {
  private func facts(_ language: String, _ fixture: CodeFixture) async throws -> CompilePlan.Facts {
    let context = fixture.runner.context(StepDeclaration(CompileCodeStep.self))
    let project = try await CodeProject.open(".", .read, for: "test", in: context)
    return try await ProjectFacts.read(language, project, context)
  }

  @Test(arguments: [
    ("a.c", "c", "int main (void) { }", true), ("a.c", "c", "int f(void);", false),
    ("a.rs", "rust", "fn main() {}", true), ("a.rs", "rust", "pub fn f() {}", false),
    ("a.swift", "swift", "func f() {}", true), ("A.java", "java", "class A {}", true),
  ])
  func `whether there is a main is read from the sources`(
    file: String, language: String, text: String, expected: Bool
  ) async throws {
    #expect(try await facts(language, CodeFixture([file: text])).hasMain == expected)
  }

  @Test func `many Swift files without a place to start are a library`() async throws {
    let fixture = try CodeFixture(["a.swift": "func a() {}", "b.swift": "func b() {}"])
    #expect(try await !facts("swift", fixture).hasMain)
    try fixture.write("@main struct C {}", to: "c.swift")
    #expect(try await facts("swift", fixture).hasMain)
  }

  @Test func `what the project brings is found`() async throws {
    let fixture = try CodeFixture([
      "gradlew": "", "node_modules/.bin/tsc": "", "package.json": "{\"scripts\": {\"build\": \"x\"}}",
    ])
    let facts = try await facts("node", fixture)
    #expect(facts.local == ["./gradlew", "./node_modules/.bin/tsc"])
    #expect(facts.program("./mvnw") == nil)
    #expect(facts.hasBuildScript)
  }

  @Test func `a broken package file is told by its place`() async throws {
    let fixture = try CodeFixture(["package.json": "{"])
    let failed = await failure { try await facts("node", fixture) }
    #expect(failed?.message.hasPrefix("read package.json: ") == true)
  }
}
