import Testing

@testable import MissionSteps

@Suite struct SchemaDialectTests {
  @Test func `the two editions are known by their addresses`() {
    #expect(SchemaDialect.standard("https://json-schema.org/draft/2020-12/schema") == .draft2020)
    #expect(SchemaDialect.standard("http://json-schema.org/draft-07/schema") == .draft7)
    #expect(SchemaDialect.standard("http://json-schema.org/draft-04/schema") == nil)
  }

  @Test func `each edition has its own keywords`() {
    #expect(SchemaDialect.draft7.vocabulary(of: "dependencies") == .applicator)
    #expect(SchemaDialect.draft2020.vocabulary(of: "dependencies") == nil)
    #expect(SchemaDialect.draft2020.vocabulary(of: "unevaluatedItems") == .unevaluated)
    #expect(SchemaDialect.draft7.vocabulary(of: "unevaluatedItems") == nil)
    #expect(SchemaDialect.draft2020.vocabulary(of: "format") == nil)
    #expect(SchemaDialect.draft7.holding(of: "items") == .oneOrList)
    #expect(SchemaDialect.draft2020.holding(of: "items") == .one)
    #expect(SchemaDialect.draft2020.holding(of: "enum") == nil)
  }
}
