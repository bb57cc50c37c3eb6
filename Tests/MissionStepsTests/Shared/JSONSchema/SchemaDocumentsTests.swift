import Formats
import Testing

@testable import MissionSteps

@Suite struct SchemaDocumentsTests {
  private func follow(_ reference: String, in schema: String, beside: [String: String] = [:]) throws -> String
  {
    var documents = SchemaDocuments(try beside.mapValues { try JSONParser.parse($0) })
    let root = try documents.add(
      try JSONParser.parse(schema), address: "http://x/root.json", dialect: .draft2020)
    let place = SchemaDocuments.Place(document: 0, pointer: "/$ref")
    return try documents.follow(reference, from: root, at: place).value.compact
  }

  @Test func `a pointer leads to a place, also through names with slashes and percent signs`() throws {
    let schema = #"{"$defs":{"a/b":{"type":"null"},"c%d":[true,{"const":1}]}}"#
    #expect(try follow("#/$defs/a~1b", in: schema) == #"{"type":"null"}"#)
    #expect(try follow("#/$defs/c%25d/1", in: schema) == #"{"const":1}"#)
    #expect(try follow("#", in: "true") == "true")
  }

  @Test func `an address leads to a part of the schema or to a document given along`() throws {
    let schema = #"{"$defs":{"p":{"$id":"part.json","$anchor":"here","const":2}}}"#
    #expect(try follow("part.json#here", in: schema).contains("\"const\":2"))
    #expect(try follow("other.json", in: "{}", beside: ["http://x/other.json": "false"]) == "false")
    #expect(
      try follow("http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger", in: "{}").contains(
        "minimum"))
  }

  @Test(arguments: [
    ("#/$defs/none", "\"#/$defs/none\" leads nowhere"),
    ("other.json", "\"other.json\" leads to http://x/other.json, which was not given"),
    ("#thre", "\"#thre\" leads nowhere; did you mean \"#there\"?"),
    ("#a%zz", "\"#a%zz\" has a % without two hexadecimal digits"),
  ])
  func `a reference that leads nowhere says so`(reference: String, message: String) {
    #expect(throws: SchemaProblem("/$ref", message)) {
      try follow(reference, in: #"{"$defs":{"a":{"$anchor":"there"}}}"#)
    }
  }

  @Test func `an unknown dialect says which are known`() {
    #expect(
      throws: SchemaProblem(
        "/$schema",
        "\"http://json-schema.org/draft-04/schema#\" is not known; use "
          + "https://json-schema.org/draft/2020-12/schema or http://json-schema.org/draft-07/schema#")
    ) { try follow("#", in: ##"{"$schema":"http://json-schema.org/draft-04/schema#"}"##) }
  }

  @Test func `a vocabulary that is needed and unknown refuses the schema`() {
    let meta =
      #"{"$schema":"https://json-schema.org/draft/2020-12/schema","$vocabulary":{"http://x/v":true}}"#
    #expect(
      throws: SchemaProblem(
        "/$schema", "\"http://x/meta\" needs the vocabulary \"http://x/v\", which is not known")
    ) { try follow("#", in: #"{"$schema":"http://x/meta"}"#, beside: ["http://x/meta": meta]) }
  }
}
