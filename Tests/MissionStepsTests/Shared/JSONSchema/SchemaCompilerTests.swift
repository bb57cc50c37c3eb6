import Formats
import MissionModel
import Sandbox
import Testing

@testable import MissionSteps

@Suite struct SchemaCompilerTests {
  private func problems(_ schema: String, edition: JSONSchema.Edition = .draft2020) throws -> [String] {
    let value = try JSONParser.parse(schema)
    do throws(ValidationError) {
      _ = try JSONSchema(value, edition: edition, patterns: .live())
      return []
    } catch { return error.problems.map { "\($0.pointer): \($0.message)" } }
  }

  @Test(arguments: [
    (#"{"type":"strnig"}"#, #"/type: "strnig" is no type; did you mean "string"?"#),
    (
      #"{"type":["string",5]}"#,
      "/type: 5 is no type; use one of null, boolean, integer, number, string, array, object"
    ),
    (#"{"enum":"a"}"#, #"/enum: expected a list of values, not "a""#),
    (#"{"multipleOf":0}"#, "/multipleOf: expected a number above zero, not 0"),
    (#"{"multipleOf":1234567890.12345678901234567890123456789}"#, "/multipleOf: has more than 37 digits"),
    (#"{"minimum":"1"}"#, #"/minimum: expected a number, not "1""#),
    (#"{"minLength":-1}"#, "/minLength: expected a whole number of at least 0, not -1"),
    (#"{"uniqueItems":"yes"}"#, #"/uniqueItems: expected true or false, not "yes""#),
    (#"{"required":"a"}"#, #"/required: expected a list of names, not "a""#),
    (#"{"required":[1]}"#, "/required: expected a list of names, which are strings"),
    (#"{"dependentRequired":[]}"#, "/dependentRequired: expected a map of lists of names, not []"),
    (#"{"pattern":5}"#, "/pattern: expected a string, not 5"),
    (
      #"{"pattern":"(a"}"#,
      #"/pattern: compile the pattern "(a": missing closing parenthesis, at byte 2"#
    ),
    (#"{"allOf":{}}"#, "/allOf: expected a list of schemas, not {}"),
    (#"{"properties":[]}"#, "/properties: expected a map of schemas, not []"),
    (#"{"not":7}"#, "/not: expected a schema (a map, true or false), not 7"),
    (#"{"$ref":7}"#, "/$ref: expected a URI reference, not 7"),
    (
      #"{"items":[true]}"#,
      #"/items: a list of schemas is called "prefixItems" in 2020-12; see its "items""#
    ),
    (
      ##"{"$defs":{"a~/b":{"$ref":"#/x"}},"$ref":"#/$defs/a~0~1b"}"##,
      ##"/$defs/a~0~1b/$ref: "#/x" leads nowhere"##
    ),
  ])
  func `a bad schema says where and what was expected`(schema: String, problem: String) throws {
    #expect(try problems(schema) == [problem])
  }

  @Test func `all problems come at once`() throws {
    #expect(try problems(#"{"type":"x","minimum":"1","not":3}"#).count == 3)
    #expect(
      try problems(#"{"dependencies":3}"#, edition: .draft7) == ["/dependencies: expected a map, not 3"])
  }

  @Test func `a broken pattern that two keywords use is one problem`() throws {
    #expect(try problems(#"{"patternProperties":{"(":true},"additionalProperties":false}"#).count == 1)
  }

  @Test func `a problem in another document names it`() throws {
    let document: JSON = ["$ref": "b.json"]
    #expect(
      throws: ValidationError([
        Problem(
          at: "http://x/b.json#/type",
          "5 is no type; use one of null, boolean, "
            + "integer, number, string, array, object")
      ])
    ) {
      try JSONSchema(
        document, documents: ["http://x/b.json": ["type": 5]], address: "http://x/a.json", patterns: .live())
    }
  }

  @Test func `a keyword that looks misspelt is a warning`() throws {
    let schema = try JSONSchema(["requird": ["a"], "x-own": 1, "title": "T"], patterns: .unavailable)
    #expect(
      schema.warnings == [Problem(.warning, at: "/requird", "unknown keyword; did you mean \"required\"?")])
  }

  @Test func `without the library a pattern names the package, and other schemas work`() throws {
    #expect(
      throws: ValidationError([
        Problem(
          at: "/pattern",
          "compile the pattern \"a\": libpcre2 is not on this host; install libpcre2-8-0")
      ])
    ) { try JSONSchema(["pattern": "a"], patterns: .unavailable) }
    #expect(try JSONSchema(["type": "null"], patterns: .unavailable).validate(.null) == [])
  }
}
