import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct JSONSchemaTests {
  @Test func `a schema is compiled once and applied to many values`() throws {
    let schema = try JSONSchema(["type": "integer", "minimum": 1], patterns: .unavailable)
    #expect(try schema.validate(1) == [])
    #expect(
      try schema.validate(0)
        == [SchemaViolation(path: "", keyword: "minimum", message: "0 is not at least 1")])
  }

  @Test func `the edition holds where the schema names none`() throws {
    let items: JSON = ["items": [true, false]]
    #expect(throws: ValidationError.self) { try JSONSchema(items, patterns: .unavailable) }
    let schema = try JSONSchema(items, edition: .draft7, patterns: .unavailable)
    #expect(try schema.validate([1, 2]).map(\.path) == ["/1"])
  }

  @Test func `a violation is shown as a map`() {
    let violation = SchemaViolation(path: "/a", keyword: "type", message: "m")
    #expect(violation.json == ["path": "/a", "keyword": "type", "message": "m"])
  }
}
