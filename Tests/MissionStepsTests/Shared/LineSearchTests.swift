import Testing

@testable import MissionSteps

@Suite struct LineSearchTests {
  private func search(_ pieces: [String], contextLines: Int = 0, limit: Int = 10) throws -> LineSearch.Result
  {
    var search = LineSearch(
      .text(Array("hit".utf8), foldsCase: false), limit: limit, contextLines: contextLines)
    for piece in pieces { try search.take(Array(piece.utf8)) }
    return try search.finish()
  }

  @Test func `a line that comes in pieces is one line`() throws {
    let found = try search(["one\nh", "i", "t two\nthree hit"]).found
    #expect(found.map(\.number) == [2, 3])
    #expect(found.map(\.column) == [1, 7])
    #expect(found.map(\.text) == ["hit two", "three hit"])
  }

  @Test func `neighbours are those lines that there are`() throws {
    let found = try search(["hit 1\na\nhit 2\nb\nc\nd"], contextLines: 2).found
    #expect(found.map(\.before) == [[], ["hit 1", "a"]])
    #expect(found.map(\.after) == [["a", "hit 2"], ["b", "c"]])
  }

  @Test func `what is beyond the limit is counted`() throws {
    let search = try search(["hit\nhit\nhit\n"], limit: 1)
    #expect(search.found.count == 1)
    #expect(search.count == 3)
  }

  @Test func `a line without an end is looked at in parts`() throws {
    let long = String(repeating: "x", count: LineSearch.maxLineBytes + 1)
    #expect(try search([long, "hit"]).found.map(\.number) == [2])
  }

  @Test func `a zero byte near the beginning makes a file binary`() {
    #expect(LineSearch.isBinary([65, 0]))
    #expect(!LineSearch.isBinary([65, 66]))
  }
}
