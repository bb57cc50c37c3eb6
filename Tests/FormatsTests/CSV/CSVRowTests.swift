import Testing

@testable import Formats

@Suite struct CSVRowTests {
  private func row(_ text: String, _ body: (CSVRow) throws -> Void) throws {
    let reader = CSVReader()
    reader.feed(Array(text.utf8))
    reader.finish()
    var row = CSVRow()
    try #require(try reader.next(&row))
    try body(row)
  }

  @Test func `a quoted field is raw with doubled quotes, its value without`() throws {
    try row("\"a\"\"\"\"b\",c") { row in
      #expect(Array(row.raw(row.cells[0])) == Array("a\"\"\"\"b".utf8))
      #expect(row.text(row.cells[0]) == "a\"\"b")
      #expect(row.cells[0].isQuoted && row.cells[0].hasQuotes && !row.cells[1].isQuoted)
    }
  }

  @Test func `blanks are trimmed at both ends, down to nothing`() throws {
    try row(" a b\t,\"  \"") { row in
      #expect(row.text(row.trimmed(row.cells[0])) == "a b")
      #expect(row.trimmed(row.cells[1]).count == 0)
    }
  }
}
