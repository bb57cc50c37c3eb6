import Formats
import MissionModel
import Sandbox
import Testing

@testable import MissionSteps

@Suite struct SchemaEvaluationTests {
  private func violations(_ schema: String, _ value: String) throws -> [String] {
    let schema = try JSONSchema(try JSONParser.parse(schema), patterns: .live())
    return try schema.validate(try JSONParser.parse(value)).map { "\($0.path) \($0.keyword): \($0.message)" }
  }

  @Test(arguments: [
    (#"{"type":"integer"}"#, #""a""#, #" type: expected an integer, not "a""#),
    (#"{"type":["null","string","array"]}"#, "1", " type: expected null, a string or a list, not 1"),
    (
      #"{"enum":["red","blue"]}"#, #""bleu""#,
      #" enum: "bleu" is none of "red", "blue"; did you mean "blue"?"#
    ),
    (#"{"const":1}"#, "2", " const: expected 1, not 2"),
    (#"{"multipleOf":0.1}"#, "0.25", " multipleOf: 0.25 is no multiple of 0.1"),
    (#"{"minimum":3}"#, "2", " minimum: 2 is not at least 3"),
    (#"{"exclusiveMinimum":3}"#, "3", " exclusiveMinimum: 3 is not above 3"),
    (#"{"maximum":3}"#, "4", " maximum: 4 is not at most 3"),
    (#"{"exclusiveMaximum":3}"#, "3", " exclusiveMaximum: 3 is not below 3"),
    (#"{"minLength":2}"#, #""é""#, #" minLength: "é" has fewer than 2 characters"#),
    (#"{"maxLength":1}"#, #""ab""#, #" maxLength: "ab" has more than 1 character"#),
    (#"{"pattern":"^a$"}"#, #""b""#, #" pattern: "b" does not match the pattern ^a$"#),
    (#"{"minItems":2}"#, "[1]", " minItems: has 1 element, at least 2 must be there"),
    (#"{"maxItems":0}"#, "[1]", " maxItems: has 1 element, at most 0 may be there"),
    (#"{"uniqueItems":true}"#, "[1,2,1.0]", " uniqueItems: elements 0 and 2 are equal: 1.0"),
    (#"{"minProperties":1}"#, "{}", " minProperties: has 0 members, at least 1 must be there"),
    (#"{"maxProperties":1}"#, #"{"a":1,"b":2}"#, " maxProperties: has 2 members, at most 1 may be there"),
    (
      #"{"required":["name"]}"#, #"{"nmae":1}"#,
      #" required: the member "name" is missing; is "nmae" meant to be it?"#
    ),
    (
      #"{"dependentRequired":{"a":["b"]}}"#, #"{"a":1}"#,
      #" dependentRequired: "a" needs the member "b", which is missing"#
    ),
    (#"{"not":{"type":"null"}}"#, "null", " not: null is what is not allowed here"),
    (#"{"properties":{"a/b":{"type":"null"}}}"#, #"{"a/b":1}"#, "/a~1b type: expected null, not 1"),
    (
      #"{"properties":{"color":true},"additionalProperties":false}"#, #"{"colour":1}"#,
      #"/colour additionalProperties: unknown member; did you mean "color"?"#
    ),
    (#"{"patternProperties":{"^x":{"type":"null"}}}"#, #"{"xy":1}"#, "/xy type: expected null, not 1"),
    (
      #"{"propertyNames":{"maxLength":1}}"#, #"{"ab":1}"#,
      #"/ab propertyNames: the name is not allowed: "ab" has more than 1 character"#
    ),
    (
      #"{"prefixItems":[true],"items":false}"#, "[1,2]",
      " items: 2 elements are more than the 1 that are allowed"
    ),
    (#"{"items":{"type":"null"}}"#, "[null,1]", "/1 type: expected null, not 1"),
    (#"{"contains":{"const":1}}"#, "[2]", " contains: 0 elements are as they should be, at least 1 must"),
    (
      #"{"contains":{"const":1},"maxContains":1}"#, "[1,1]",
      " maxContains: 2 elements are of a kind of which at most 1 may be there"
    ),
    (
      #"{"properties":{"a":true},"unevaluatedProperties":false}"#, #"{"b":1}"#,
      "/b unevaluatedProperties: no part of the schema allows this"
    ),
    (
      #"{"oneOf":[{"minimum":1},{"maximum":5}]}"#, "3",
      " oneOf: 3 fits form 1 and form 2, where only one may fit"
    ),
    (#"{"if":{"const":1},"else":{"const":2}}"#, "3", " const: expected 2, not 3"),
    ("false", "1", " false: nothing is allowed here"),
  ])
  func `a violation says where, which keyword, and what`(schema: String, value: String, expected: String)
    throws
  {
    #expect(try violations(schema, value) == [expected])
  }

  @Test func `of several forms the one that was meant explains itself`() throws {
    let schema = #"{"anyOf":[{"type":"string"},{"type":"object","required":["url"]}]}"#
    #expect(try violations(schema, #"{"x":1}"#) == [#" required: the member "url" is missing"#])
    #expect(
      try violations(schema, "5")
        == [" anyOf: 5 fits none of 2 forms: expected a string, not 5; expected a map, not 5"])
  }

  @Test func `all violations come at once, up to the limit`() throws {
    var limits = JSONSchema.Limits()
    limits.violations = 3
    let schema = try JSONSchema(["items": ["type": "null"]], patterns: .unavailable, limits: limits)
    #expect(try schema.validate([1, 2, 3, 4, 5]).map(\.path) == ["/0", "/1", "/2"])
  }

  @Test(arguments: [
    ##"{"$ref":"#"}"##, ##"{"allOf":[{"$ref":"#"}]}"##, ##"{"$dynamicAnchor":"a","$dynamicRef":"#a"}"##,
    ##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"not":{"$ref":"#/$defs/a"}}}}"##,
  ])
  func `a schema that refers to itself without end is an error`(schema: String) throws {
    #expect(throws: StepFailure("validate the value: the schema refers to itself without end")) {
      try violations(schema, "1")
    }
  }

  @Test func `a schema that refers to itself inside is applied all the way down`() throws {
    let schema = ##"{"properties":{"a":{"$ref":"#"}},"required":["x"]}"##
    #expect(
      try violations(schema, #"{"x":1,"a":{"x":1,"a":{}}}"#)
        == [#"/a/a required: the member "x" is missing"#])
  }

  @Test func `a chain of references may be long, but not endless`() throws {
    func chain(_ count: Int) throws -> JSONSchema {
      var definitions = JSONObject()
      for index in 0..<count { definitions["d\(index)"] = ["$ref": .string("#/$defs/d\(index + 1)")] }
      definitions["d\(count)"] = ["type": "null"]
      return try JSONSchema(["$ref": "#/$defs/d0", "$defs": .object(definitions)], patterns: .unavailable)
    }
    #expect(try chain(700).validate(.null) == [])
    #expect(
      throws: StepFailure("validate the value: the schema is nested more than 800 levels deep here")
    ) { try chain(900).validate(.null) }
  }

  @Test func `a schema whose work doubles at each step is given up`() throws {
    var definitions = JSONObject()
    for index in 0..<40 {
      let next: JSON = ["$ref": .string("#/$defs/d\(index + 1)")]
      definitions["d\(index)"] = ["allOf": [next, next]]
    }
    definitions["d40"] = ["type": "null"]
    var limits = JSONSchema.Limits()
    limits.steps = 100_000
    let schema = try JSONSchema(
      ["$ref": "#/$defs/d0", "$defs": .object(definitions)], patterns: .unavailable, limits: limits)
    #expect(throws: StepFailure("validate the value: the schema takes more than 100000 checks")) {
      try schema.validate(.null)
    }
  }

  @Test func `a cancelled validation ends`() async throws {
    let schema = try JSONSchema(["items": ["type": "integer"]], patterns: .unavailable)
    let value = JSON.array(Array(repeating: 1, count: 100_000))
    let task = Task { () -> StepFailure? in
      withUnsafeCurrentTask { $0?.cancel() }
      do throws(StepFailure) { _ = try schema.validate(value) } catch { return error }
      return nil
    }
    #expect(await task.value == .cancelled)
  }
}
