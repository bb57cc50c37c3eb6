import HTTP
import Testing

@Suite struct EntityTagTests {
  @Test(arguments: [
    ("\"a\"", true), ("*", true), ("\"b\", \"a\"", true), ("W/\"a\"", true), ("\"b\"", false), ("a", false),
    ("", false),
    ("\"x,\" , \"a\"", true), ("\"a", false), ("\"ba\"", false),
  ])
  func `a tag is found in a list`(field: String, isThere: Bool) {
    #expect(EntityTag.isListed("\"a\"", in: field) == isThere)
  }

  @Test func `a request without the field has nothing`() {
    #expect(!Request(.get, "/").hasCurrent("\"a\""))
    #expect(Request(.get, "/", headers: ["Host": "h", "If-None-Match": "\"a\""]).hasCurrent("\"a\""))
  }
}
