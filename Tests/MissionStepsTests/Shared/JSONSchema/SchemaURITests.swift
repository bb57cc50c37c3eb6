import Testing

@testable import MissionSteps

@Suite struct SchemaURITests {
  /// The examples of RFC 3986 §5.4, against its base.
  @Test(arguments: [
    ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
    ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
    ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("", "http://a/b/c/d;p?q"),
    (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"), ("../g", "http://a/b/g"),
    ("../..", "http://a/"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"),
    ("/../g", "http://a/g"), ("./g/.", "http://a/b/c/g/"), ("g/../h", "http://a/b/c/h"),
    ("g..", "http://a/b/c/g.."),
  ])
  func `references resolve as the standard shows`(reference: String, expected: String) {
    let base = SchemaURI("http://a/b/c/d;p?q")
    #expect(SchemaURI(reference).resolved(against: base).description == expected)
  }

  @Test func `a reference without a base stays as it is`() {
    #expect(SchemaURI("a/b.json#/c").resolved(against: SchemaURI("")).description == "a/b.json#/c")
    #expect(SchemaURI("#x").resolved(against: SchemaURI("urn:uuid:1")).description == "urn:uuid:1#x")
  }

  @Test func `the address of the document has no fragment`() {
    #expect(SchemaURI("http://a/b#/c").withoutFragment.description == "http://a/b")
  }
}
