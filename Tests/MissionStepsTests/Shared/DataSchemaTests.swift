import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct DataSchemaTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  @Test func `a schema may be a value, a text, or a file in JSON or YAML`() async throws {
    try runner.directory.write("type: integer", to: "s.yaml")
    try runner.directory.write(#"{"type": "integer"}"#, to: "s.json")
    for schema in [
      "schema: { type: integer }", "schema: \"{\\\"type\\\": \\\"integer\\\"}\"", "schema_file: s.yaml",
      "schema_file: s.json",
    ] {
      let failed = await failure {
        try await runner.run(ParseJSONStep.self, "{ content: \"true\", \(schema) }")
      }
      #expect(failed?.message.hasPrefix("content does not match the schema: the value: ") == true)
    }
  }

  @Test func `a schema that is none is a bad parameter`() async throws {
    let failed = await failure {
      try await runner.run(ParseJSONStep.self, "{ content: \"true\", schema: { type: 5 } }")
    }
    #expect(failed?.kind == .badParameters)
    #expect(failed?.message.hasPrefix("compile the schema: /type: ") == true)
  }
}
