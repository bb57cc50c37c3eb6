import Testing

@testable import Formats

@Suite struct CSVWriterTests {
  @Test func `a field is quoted where it has to be`() {
    var writer = CSVWriter()
    for field in ["a", "b,c", "d\"e", "f\ng", ""] { writer.field(field) }
    writer.endRow()
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "a,\"b,c\",\"d\"\"e\",\"f\ng\",\n")
  }

  @Test func `fields are written as they were read`() throws {
    let reader = CSVReader()
    reader.feed(Array("\"a\"\"b\",c\r\n".utf8))
    reader.finish()
    var row = CSVRow()
    #expect(try reader.next(&row))
    var writer = CSVWriter(lineEnd: "\r\n")
    for cell in row.cells { writer.cell(cell, of: row) }
    writer.endRow()
    #expect(String(decoding: writer.take(), as: UTF8.self) == "\"a\"\"b\",c\r\n")
    #expect(writer.bytes.isEmpty)
  }

  @Test func `a row of one empty field is no blank line`() {
    var writer = CSVWriter()
    writer.field("")
    writer.endRow()
    writer.field("")
    writer.endRow()
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"\"\n\"\"\n")
  }
}
