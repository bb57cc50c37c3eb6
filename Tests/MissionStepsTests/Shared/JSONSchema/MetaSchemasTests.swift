import Formats
import Sandbox
import Testing

@testable import MissionSteps

@Suite struct MetaSchemasTests {
  @Test(arguments: MetaSchemas.addresses)
  func `each schema of schemas is JSON and valid against itself`(address: String) throws {
    let document = try #require(MetaSchemas.document(address))
    let schema = try JSONSchema(document, patterns: .live())
    #expect(try schema.validate(document) == [])
    #expect(schema.warnings == [])
  }

  @Test func `both editions have theirs`() {
    #expect(MetaSchemas.addresses.count == 9)
    #expect(MetaSchemas.document("http://example.org/") == nil)
  }
}
