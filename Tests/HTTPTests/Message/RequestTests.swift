import Testing

@testable import HTTP

@Suite struct RequestTests {
  @Test func `a request can be made without a connection`() {
    let request = Request(.get, "/a/b?x=1", headers: ["Host": "h", "Accept": "y"])
    #expect(request.path == "/a/b")
    #expect(request.rawQuery == "x=1")
    #expect(request.query["x"] == "1")
    #expect(request.hasQuery)
    #expect(request.host == "h")
    #expect(request.headers["accept"] == "y")
  }

  @Test func `a target without a query has none`() {
    #expect(!Request(.get, "/a").hasQuery)
    #expect(Request(.get, "/a?").rawQuery.isEmpty)
  }

  @Test func `content knows its length`() {
    #expect(RequestBody.none.count == 0)
    #expect(RequestBody.bytes([1, 2]).count == 2)
  }

  @Test func `asking for a place that the pattern lacks is a programmer error`() async {
    await #expect(processExitsWith: .failure) { _ = Request(.get, "/").parameters["id"] }
  }
}
