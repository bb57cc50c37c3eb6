import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ParseJSONStepTests {
  private let runner: StepRunner

  init() throws {
    runner = try StepRunner()
    try runner.directory.write(#"{"a": {"b": [1, 123456789012345678901234567890]}}"#, to: "x.json")
    try runner.directory.write(#"{"type": "object", "required": ["c"]}"#, to: "schema.json")
  }

  @Test(arguments: ["file", "path", "input_file"])
  func `a file is parsed under each spelling`(spelling: String) async throws {
    let output = try await runner.run(ParseJSONStep.self, "{ \(spelling): x.json }")
    #expect(
      output == ["parsed": ["a": ["b": [1, .decimal("123456789012345678901234567890")]]], "valid": true])
  }

  @Test(arguments: [("/a/b/0", 1), ("a.b[0]", 1), ("", ["k": 1])] as [(String, JSON)])
  func `a query gives a part`(query: String, part: JSON) async throws {
    let input = query.isEmpty ? #"content: "{\"k\": 1}""# : "file: x.json"
    let output = try await runner.run(ParseJSONStep.self, "{ \(input), query: \"\(query)\" }")
    #expect(output["parsed"] == part)
  }

  @Test(arguments: [
    ("content: \"[1,\"", "parse content: line 1, column 4: expected a value, found the end of the text"),
    ("file: x.json, query: a.c", "query x.json: there is nothing at a.c"),
    ("file: none", "read none: no such file or directory (2)"),
  ])
  func `a failure says what and where`(parameters: String, message: String) async throws {
    #expect(
      await failure { try await runner.run(ParseJSONStep.self, "{ \(parameters) }") }?.message == message)
  }

  @Test(arguments: ["schema_file: schema.json", "schema: { type: object, required: [c] }"])
  func `what does not match the schema fails, and shows the value`(schema: String) async throws {
    let failed = await failure { try await runner.run(ParseJSONStep.self, "{ file: x.json, \(schema) }") }
    #expect(failed?.message.hasPrefix("x.json does not match the schema: the value: ") == true)
    #expect(failed?.output?["valid"] == false)
    let output = try await runner.run(
      ParseJSONStep.self, "{ content: \"{\\\"c\\\": 1}\", \(schema) }")
    #expect(output["valid"] == true)
  }

  @Test(arguments: [
    ("{}", [": needs one of \"content\", \"file\""]),
    (
      "{ file: a, content: b }",
      ["/file: excludes \"content\"; give one of \"content\", \"file\""]
    ),
    (
      "{ file: a, query: \"a..b\" }",
      ["/query: \"a..b\" is neither a JSON pointer like /a/b/0 nor a path like a.b[0]"]
    ),
    (
      "{ file: a, schema: {}, schema_file: b }",
      ["/schema_file: excludes \"schema\"; give one of \"schema\", \"schema_file\""]
    ),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(ParseJSONStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    try runner.directory.write(#"{"version": "1.2"}"#, to: "package.json")
    let output = try await runner.run(ParseJSONStep.self, try StepRunner.example(ParseJSONStep.self))
    #expect(StepDeclaration(ParseJSONStep.self).mainOutput(of: output) == "1.2")
  }
}
