import Testing

@testable import Formats

@Suite struct CSVReaderTests {
  /// The rows of `text`, fed in pieces of `size` bytes.
  private func rows(_ text: [UInt8], delimiter: UInt8 = 44, size: Int = 1 << 20) throws(CSVError)
    -> [[String]]
  {
    let reader = CSVReader(delimiter: delimiter)
    var row = CSVRow()
    var rows: [[String]] = []
    var offset = 0
    while true {
      while try reader.next(&row) { rows.append(row.cells.map { row.text($0) }) }
      guard offset < text.count else { break }
      reader.feed(Array(text[offset..<min(offset + size, text.count)]))
      offset += size
    }
    reader.finish()
    while try reader.next(&row) { rows.append(row.cells.map { row.text($0) }) }
    return rows
  }

  private static let cases: [(String, [[String]])] = [
    ("", []),
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
    ("a\rb\r", [["a"], ["b"]]),
    ("\u{feff}a,b\n", [["a", "b"]]),
    ("\"a,\"\"b\"\"\n c\",d\n", [["a,\"b\"\n c", "d"]]),
    ("\"\"\n", [[""]]),
    (",\n", [["", ""]]),
    ("a\n\n\r\nb\n", [["a"], ["b"]]),
    ("a,5\" pipe\n", [["a", "5\" pipe"]]),
    ("a,b,c\n1\n", [["a", "b", "c"], ["1"]]),
    ("é,\"ü\"\r\n", [["é", "ü"]]),
    ("\"a\"", [["a"]]),
    ("a,", [["a", ""]]),
  ]

  @Test(arguments: cases)
  func `a text is read the same in pieces of any size`(text: String, expected: [[String]]) throws {
    for size in [1, 2, 3, 5, 1000] { #expect(try rows(Array(text.utf8), size: size) == expected) }
  }

  @Test func `any byte may separate`() throws {
    #expect(try rows(Array("a;b,c\n".utf8), delimiter: 59) == [["a", "b,c"]])
    #expect(try rows(Array("a\tb\n".utf8), delimiter: 9) == [["a", "b"]])
  }

  @Test(arguments: [
    ("a\n\"b\nc", CSVError(line: 2, "a quote is not closed")),
    (
      "a\n\"b\nc\"d\n",
      CSVError(line: 3, "text follows a closing quote; write a quote inside a quoted field twice")
    ),
  ])
  func `what is no CSV says on which line`(text: String, error: CSVError) {
    #expect(throws: error) { try rows(Array(text.utf8)) }
    #expect(throws: error) { try rows(Array(text.utf8), size: 1) }
  }

  @Test(arguments: [
    ([0x61, 0x0A, 0x62, 0xE9, 0x0A, 0x63] as [UInt8], 2), ([0xE9], 1), ([0x61, 0x0A, 0xC3], 2),
    ([0x22, 0x0A, 0x0A, 0xFF, 0x22, 0x0A], 3), ([0x61, 0x0A, 0xC3, 0x28], 2),
    ([0x61, 0x0A, 0xED, 0xA0, 0x80], 2),
  ])
  func `what is no UTF-8 says on which line, in pieces of any size`(text: [UInt8], line: Int) {
    for size in [1, 2, 3, 100] {
      #expect(throws: CSVError(line: line, "the text is not UTF-8; convert it first, as iconv does")) {
        try rows(text, size: size)
      }
    }
  }

  @Test func `UTF-16 is refused`() {
    #expect(throws: CSVError(line: 1, "the text is UTF-16; convert it to UTF-8 first")) {
      try rows([0xff, 0xfe, 0x61, 0])
    }
  }

  @Test func `a quote that is never closed does not take in the file`() {
    let text = Array("a\n\"".utf8) + [UInt8](repeating: 120, count: CSVReader.longestRow + 2)
    #expect(
      throws: CSVError(line: 2, "the row is longer than 16777216 bytes; is a quote not closed?")
    ) { try rows(text) }
  }

  @Test func `rows know their lines`() throws {
    let reader = CSVReader()
    reader.feed(Array("a\n\n\"b\nc\"\nd".utf8))
    reader.finish()
    var row = CSVRow()
    var lines: [Int] = []
    while try reader.next(&row) { lines.append(row.line) }
    #expect(lines == [1, 3, 5])
  }

  @Test func `an error reads as a sentence`() {
    #expect(CSVError(line: 3, "m").description == "line 3: m")
  }
}
