import Formats
import MissionModel
import Testing

@testable import Sandbox

@Suite struct LocalFieldsTests {
  private static let schema: JSON = [
    "type": "object", "required": ["customer", "order_number"],
    "properties": [
      "customer": ["type": "string"], "order_number": ["type": "integer"], "total": ["type": "number"],
      "urgent": ["type": "boolean"], "lines": ["type": "array"],
    ],
  ]

  private static func read(_ text: String) throws(ModelFailure) -> String {
    try LocalFields(schema).read(from: text)
  }

  @Test func `a property is what stands behind its name in a line`() throws {
    let text = """
      Dear all,
        Customer:  ACME Inc.
      Order number: No. 17 of 20
      TOTAL: EUR -199.50 or so
      urgent: Yes
      customer: somebody else
      """
    #expect(
      try Self.read(text) == #"{"customer":"ACME Inc.","order_number":17,"total":-199.5,"urgent":true}"#)
  }

  @Test func `only what is required has to be there`() throws {
    #expect(try Self.read("customer: A\norder-number: 1") == #"{"customer":"A","order_number":1}"#)
    #expect(throws: ModelFailure(.unsupported, "local: no line of the text begins with \"order_number:\"")) {
      try Self.read("customer: A")
    }
  }

  @Test(arguments: [
    ("urgent: perhaps", "local: urgent: \"perhaps\" is no boolean"),
    ("total: much", "local: total: \"much\" is no number"),
    ("lines: one, two", "local: lines: \"one, two\" is no array"),
  ])
  func `what is of another type fails`(line: String, message: String) {
    #expect(throws: ModelFailure(.unsupported, message)) {
      try Self.read("customer: A\norder_number: 1\n\(line)")
    }
  }

  @Test func `a schema without properties has no fields`() {
    #expect(
      throws: ModelFailure(
        .unsupported, "local: fields are the properties of a JSON Schema, and this one has none")
    ) { try LocalFields(["type": "object"]) }
  }
}
