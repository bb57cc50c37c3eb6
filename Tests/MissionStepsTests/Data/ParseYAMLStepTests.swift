import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ParseYAMLStepTests {
  private let runner: StepRunner

  init() throws {
    runner = try StepRunner()
    try runner.directory.write("a: &x [1, no]\nb: *x\n", to: "x.yaml")
    try runner.directory.write("k: 1\n---\nk: 2\n", to: "many.yaml")
  }

  @Test func `a document is parsed by the core schema`() async throws {
    let output = try await runner.run(ParseYAMLStep.self, "{ file: x.yaml }")
    #expect(output == ["parsed": ["a": [1, "no"], "b": [1, "no"]], "valid": true, "documents": 1])
  }

  @Test func `multi gives all documents, and the query a part of each`() async throws {
    #expect(
      try await runner.run(ParseYAMLStep.self, "{ file: many.yaml, multi: true, query: k }")
        == ["parsed": [1, 2], "valid": true, "documents": 2])
    let failed = await failure { try await runner.run(ParseYAMLStep.self, "{ file: many.yaml }") }
    #expect(
      failed?.message
        == "parse many.yaml: line 2, column 1: a second document begins here: only one is expected; "
        + "set multi: true to take all")
  }

  @Test func `a schema holds for each document`() async throws {
    let failed = await failure {
      try await runner.run(
        ParseYAMLStep.self, "{ file: many.yaml, multi: true, schema: { properties: { k: { maximum: 1 } } } }")
    }
    #expect(failed?.message.hasPrefix("many.yaml, document 2, does not match the schema: /k: ") == true)
    #expect(failed?.output?["parsed"] == [["k": 1], ["k": 2]])
  }

  @Test(arguments: ["content: \"a: 1\"", "path: one.yaml", "input_file: one.yaml"])
  func `the text comes from the mission or from a file`(input: String) async throws {
    try runner.directory.write("a: 1\n", to: "one.yaml")
    try runner.directory.write("required: [a]\n", to: "schema.yaml")
    let output = try await runner.run(ParseYAMLStep.self, "{ \(input), schema_file: schema.yaml, query: a }")
    #expect(output["parsed"] == 1)
  }

  @Test func `wrong parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(ParseYAMLStep.self, "{ file: a, multi: all }")
        == ["/multi: expected true or false, not \"all\""])
  }

  @Test func `the example runs`() async throws {
    try runner.directory.write("services: [{ image: web }]", to: "deploy.yaml")
    let output = try await runner.run(ParseYAMLStep.self, try StepRunner.example(ParseYAMLStep.self))
    #expect(output["parsed"] == "web")
  }
}
