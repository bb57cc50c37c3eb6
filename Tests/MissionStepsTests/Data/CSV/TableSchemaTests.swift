import Formats
import Testing

@testable import MissionSteps

@Suite struct TableSchemaTests {
  @Test(arguments: [
    #"["a"]"#, #"[{"name":"a"}]"#, #"{"columns":["a"]}"#, #"{"fields":[{"name":"a"}]}"#,
  ])
  func `each form gives the columns`(text: String) throws {
    #expect(try TableSchema(try JSONParser.parse(text)).names == ["a"])
  }

  @Test func `types and needs are read`() throws {
    let schema = try TableSchema([["name": "a", "type": "date", "required": true]])
    #expect(schema.columns == [.init(name: "a", type: .date, isRequired: true)])
    #expect(try TableSchema(["a": "integer"]).columns == [.init(name: "a", type: .integer)])
  }

  @Test(arguments: [
    ("5", "", "expected a list of columns or a map of their types, not 5"),
    ("[5]", "/0", "expected a name or a map with \"name\" and \"type\", not 5"),
    (#"[{"type":"date"}]"#, "/0", "needs a \"name\""),
    (#"[{"name":"a","required":1}]"#, "/0/required", "expected true or false, not 1"),
    (
      #"{"columns":{"a/b":"integr"}}"#, "/columns/a~1b",
      "\"integr\" is no type of a column; did you mean \"integer\"?"
    ),
  ])
  func `a bad schema says where`(text: String, pointer: String, message: String) {
    #expect(throws: SchemaProblem(pointer, message)) { try TableSchema(try JSONParser.parse(text)) }
  }

  @Test(arguments: [
    (TableSchema.CellType.integer, ["1", "-5", "123456789012345678901234567890"], ["1.5", "x", "-"]),
    (.number, ["1.5", "-2e3"], ["x", "1,5"]), (.boolean, ["true", "No", "1"], ["2", "maybe"]),
    (.string, ["x"], []),
    (
      .date, ["2024-02-29", "2026-12-31"],
      ["2023-02-29", "2026-13-01", "26-01-01", "2026-1-01", "2026/01/01"]
    ),
    (
      .datetime, ["2026-01-31T12:00:00Z", "2026-01-31 12:00:00", "2026-01-31T12:00:00.5+02:00"],
      ["2026-01-31", "2026-01-31T25:00:00Z", "noon"]
    ),
  ])
  func `a cell is of its type or not`(type: TableSchema.CellType, good: [String], bad: [String]) {
    for text in good { #expect(withCell(text) { type.fits($1, of: $0) }, "\(text)") }
    for text in bad { #expect(!withCell(text) { type.fits($1, of: $0) }, "\(text)") }
  }
}
