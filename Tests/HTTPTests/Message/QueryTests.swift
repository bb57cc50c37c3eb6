import HTTP
import Testing

@Suite struct QueryTests {
  @Test func `names and values are decoded, in order`() {
    let query = Query("a=1&b=two+words&c&a=%C3%BC%26&=x&d=a=b&&")
    #expect(query["a"] == "1")
    #expect(query.values("a") == ["1", "ü&"])
    #expect(query["b"] == "two words")
    #expect(query["c"] == "")
    #expect(query[""] == "x")
    #expect(query["d"] == "a=b")
    #expect(query["e"] == nil)
  }

  @Test func `names with a prefix are told apart by the rest`() {
    let query = Query("label.os=linux&limit=5&label.a.b=c")
    #expect(query.items(prefixed: "label.").map(\.name) == ["os", "a.b"])
  }

  @Test func `no query has no items`() { #expect(Query("").items.isEmpty) }
}
