/// Writes CSV text (RFC 4180): quotes what has to be quoted and nothing else.
package struct CSVWriter {
  /// What was written and not yet taken.
  package private(set) var bytes: [UInt8] = []
  private let delimiter: UInt8
  private let lineEnd: [UInt8]
  private var isLineStart = true

  /// Makes a writer; RFC 4180 ends lines with `\r\n`, most programs on Linux expect `\n`.
  package init(delimiter: UInt8 = UInt8(ascii: ","), lineEnd: String = "\n") {
    self.delimiter = delimiter
    self.lineEnd = Array(lineEnd.utf8)
  }

  /// Hands out what was written, and begins anew.
  package mutating func take() -> [UInt8] {
    let taken = bytes
    bytes = []
    bytes.reserveCapacity(taken.count + 4096)
    return taken
  }

  /// Adds a field as it was read, with the same delimiter.
  @inline(__always)
  package mutating func cell(_ cell: CSVCell, of row: CSVRow) {
    separate()
    guard cell.isQuoted else { return bytes.append(contentsOf: row.raw(cell)) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: row.raw(cell))
    bytes.append(UInt8(ascii: "\""))
  }

  /// Adds a field.
  package mutating func field(_ text: String) {
    separate()
    let needsQuotes = text.utf8.contains { $0 == delimiter || $0 == 34 || $0 == 10 || $0 == 13 }
    guard needsQuotes else { return bytes.append(contentsOf: text.utf8) }
    bytes.append(34)
    for byte in text.utf8 {
      if byte == 34 { bytes.append(34) }
      bytes.append(byte)
    }
    bytes.append(34)
  }

  /// Ends the row.
  package mutating func endRow() {
    // A row of one empty field would read as a blank line.
    if !isLineStart, bytes.last.map({ $0 == 10 || $0 == 13 }) ?? true { bytes += [34, 34] }
    bytes += lineEnd
    isLineStart = true
  }

  private mutating func separate() {
    if !isLineStart { bytes.append(delimiter) }
    isLineStart = false
  }
}
