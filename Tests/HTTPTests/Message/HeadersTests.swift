import Testing

@testable import HTTP

@Suite struct HeadersTests {
  @Test func `names are found without regard to case, the first one first`() {
    let headers: Headers = ["Accept": "a", "ACCEPT": "b", "X": "c"]
    #expect(headers["accept"] == "a")
    #expect(headers.values("Accept") == ["a", "b"])
    #expect(headers["Acc"] == nil)
  }

  @Test func `setting a field replaces all of its name`() {
    var headers: Headers = ["A": "1", "B": "2", "a": "3"]
    headers.set("A", "4")
    #expect(headers.pairs.map(\.name) == ["B", "A"])
    #expect(headers["a"] == "4")
  }

  @Test func `no value can start a line of its own`() {
    let headers: Headers = ["Location": "/x\r\nSet-Cookie: a=b\0"]
    #expect(headers["Location"] == "/x  Set-Cookie: a=b ")
  }

  @Test func `a comma-separated field lists its tokens`() {
    let headers: Headers = ["Connection": "keep-alive , Close", "connection": "x"]
    #expect(headers.lists("close", in: "Connection"))
    #expect(headers.lists("X", in: "Connection"))
    #expect(!headers.lists("clos", in: "Connection"))
  }

  @Test func `two lists are equal when their fields are`() {
    #expect((["A": "1"] as Headers) == (["a": "1"] as Headers))
    #expect((["A": "1"] as Headers) != (["A": "2"] as Headers))
  }
}
