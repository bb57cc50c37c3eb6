import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct ValidateSchemaStepTests {
  private let runner: StepRunner
  private static let schema: JSON = ["type": "object", "required": ["name"]]

  init() throws { runner = try StepRunner() }

  private func run(_ parameters: JSONObject) async throws -> JSON {
    try await runner.run(ValidateSchemaStep.self, parameters)
  }

  @Test func `a valid document is valid, whether text or value`() async throws {
    let expected: JSON = ["valid": true, "errors": [], "schema_type": "json_schema"]
    #expect(try await run(["data": ["name": "x"], "schema": Self.schema]) == expected)
    #expect(try await run(["data": "{\"name\": 1}", "schema": Self.schema]) == expected)
    #expect(try await run(["content": "{\"name\": 1}", "schema": .string(Self.schema.compact)]) == expected)
  }

  @Test(arguments: ["file", "path", "input_file"])
  func `document and schema may be files, as JSON or YAML`(spelling: String) async throws {
    try runner.directory.write("name: x\n", to: "d.yaml")
    try runner.directory.write("type: object\n", to: "s.yaml")
    #expect(try await run([spelling: "d.yaml", "schema_file": "s.yaml"])["valid"] == true)
  }

  @Test func `an invalid document fails with each error, or says so`() async throws {
    let message = "the member \"name\" is missing; is \"nmae\" meant to be it?"
    let errors: JSON = [["path": "", "keyword": "required", "message": .string(message)]]
    let failed = await failure { try await run(["data": ["nmae": 1], "schema": Self.schema]) }
    #expect(failed?.message == "data does not match the schema: " + message)
    #expect(failed?.output == ["valid": false, "errors": errors, "schema_type": "json_schema"])
    let output = try await run(["data": ["nmae": 1], "schema": Self.schema, "fail_on_invalid": false])
    #expect(output["errors"] == errors)
  }

  @Test func `a suspicious keyword of the schema is a warning`() async throws {
    _ = try await run(["data": 1, "schema": ["requird": []]])
    #expect(runner.warnings.value == ["schema: /requird: unknown keyword; did you mean \"required\"?"])
  }

  @Test func `a bad schema is a bad parameter`() async {
    let failed = await failure { try await run(["data": 1, "schema": ["type": "strng"]]) }
    #expect(
      failed
        == StepFailure(
          .badParameters, "compile the schema: /type: \"strng\" is no type; did you mean \"string\"?"))
  }

  @Test func `what is not JSON says where`() async {
    let failed = await failure { try await run(["data": "{", "schema": true]) }
    #expect(failed?.message.hasPrefix("parse data: line 1, column 2: ") == true)
  }

  @Test func `a table is CSV, without a schema or with one`() async throws {
    #expect(try await run(["content": "a,b\n1,2\n"])["schema_type"] == "csv")
    let failed = await failure {
      try await run([
        "data": "a,b\nx,2\n1\n", "schema_type": "csv", "schema": [["name": "a", "type": "integer"], "c"],
      ])
    }
    #expect(
      failed?.output?["errors"]
        == [
          ["path": "line 1, column \"c\"", "keyword": "columns", "message": "is missing"],
          [
            "path": "line 2, column \"a\"", "keyword": "columns",
            "message": "expected a whole number, not \"x\"",
          ],
          ["path": "line 3", "keyword": "fields", "message": "1 field, the header has 2"],
        ])
  }

  @Test func `a table's schema from a file that is none is told`() async throws {
    try runner.directory.write("a: dat\n", to: "s.yaml")
    let failed = await failure {
      try await run(["data": "a\n1\n", "schema_type": "csv", "schema_file": "s.yaml"])
    }
    #expect(
      failed
        == StepFailure(
          .badParameters,
          "read the table schema: /a: \"dat\" is no type of a column; did you mean \"date\"?"))
  }

  @Test func `an XSD checks XML`() async throws {
    let xsd =
      "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">"
      + "<xs:element name=\"a\" type=\"xs:integer\"/></xs:schema>"
    let parameters: JSONObject = ["schema_type": "xsd", "schema": .string(xsd), "fail_on_invalid": false]
    var good = parameters
    good["data"] = "<a>1</a>"
    #expect(try await run(good) == ["valid": true, "errors": [], "schema_type": "xsd"])
    var bad = parameters
    bad["data"] = "<a>x</a>"
    #expect(try await run(bad)["errors"]?[0]?["path"] == "/a")
    #expect(try await run(bad)["errors"]?[0]?["keyword"] == "type")
  }

  @Test func `missing libraries name their packages`() async {
    var runner = runner
    runner.capabilities.xml = .unavailable
    runner.capabilities.patterns = .unavailable
    let xml = await failure { [runner] in
      try await runner.run(ValidateSchemaStep.self, ["data": "<a/>", "schema_type": "xsd", "schema": "<x/>"])
    }
    #expect(xml?.message == "parse data: libxml2 is not on this host; install libxml2")
    let pattern = await failure { [runner] in
      try await runner.run(ValidateSchemaStep.self, ["data": "a", "schema": ["pattern": "a"]])
    }
    #expect(pattern?.message.hasSuffix("libpcre2 is not on this host; install libpcre2-8-0") == true)
  }

  @Test func `a cancel ends the reading of a table`() async throws {
    var runner = runner
    runner.capabilities.files.open = { _ in
      FileReader(size: .max) { offset, _ in
        if offset > 100 { withUnsafeCurrentTask { $0?.cancel() } }
        return Array((offset == 0 ? "a,b\n" : "1,2\n3,4\n").utf8)
      }
    }
    let task = Task { [runner] in
      await failure { try await runner.run(ValidateSchemaStep.self, ["file": "x", "schema_type": "csv"]) }
    }
    #expect(await task.value == .cancelled)
  }

  @Test(arguments: [
    (#"{ data: "1", content: "1" }"#, [#"/data: excludes "content"; give one of "content", "file", "data""#]),
    ("{ file: a, schema_type: xsd }", [#"/schema: is required for "xsd"; give schema or schema_file"#]),
    (
      "{ file: a, schema_type: jsonschema, schema: {} }",
      [#"/schema_type: "jsonschema": did you mean "json_schema"?"#]
    ),
    (
      "{ file: a, schema: {}, schema_file: b }",
      [#"/schema_file: excludes "schema"; give one of "schema", "schema_file""#]
    ),
    (
      "{ file: a, schema_type: csv, schema: { a: dat } }",
      [#"/schema: /a: "dat" is no type of a column; did you mean "date"?"#]
    ),
  ])
  func `bad parameters are refused at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(ValidateSchemaStep.self, parameters) == problems)
  }

  @Test func `the example is right`() throws {
    #expect(try StepRunner.example(ValidateSchemaStep.self)["file"] == "config.json")
  }
}
