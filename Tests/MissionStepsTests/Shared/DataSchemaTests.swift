import Formats
import MissionModel
import MissionSteps
import Sandbox
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

  @Test(arguments: [
    ("{ type: strng }", ["/schema: /type: \"strng\" is no type; did you mean \"string\"?"]),
    (
      "{ properties: { a: { type: strng }, b: { type: nul } } }",
      [
        "/schema: /properties/a/type: \"strng\" is no type; did you mean \"string\"?",
        "/schema: /properties/b/type: \"nul\" is no type; did you mean \"null\"?",
      ]
    ),
    // A schema may be a text, which is read before it is judged.
    (
      "\"{\\\"type\\\": \\\"strng\\\"}\"",
      ["/schema: /type: \"strng\" is no type; did you mean \"string\"?"]
    ),
    ("\"{,\"", ["/schema: parse schema: line 1, column 2: expected a key in double quotes, found \",\""]),
    (
      "{ pattern: \"(\" }",
      [
        "/schema: /pattern: compile the pattern \"(\": missing closing parenthesis, at byte 1"
      ]
    ),
    // What cannot be known before the step runs.
    ("{ type: \"{{ a.output }}\" }", []),
    ("{ type: string }", []), ("true", []),
  ])
  func `a schema in the mission is judged at submission`(schema: String, problems: [String]) throws {
    for type in [ParseJSONStep.self, ParseYAMLStep.self, ValidateSchemaStep.self] as [any StepType.Type] {
      #expect(
        try StepRunner.problems(type, "{ content: x, schema: \(schema) }", patterns: .live()) == problems)
    }
  }
}
