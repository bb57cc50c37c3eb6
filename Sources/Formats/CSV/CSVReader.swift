/// Splits CSV text (RFC 4180) into rows, fed in pieces of any size: for files larger than memory.
///
/// Tolerated beyond the standard: a byte order mark, any single byte as delimiter, `\n` and lone `\r` as line
/// ends, a quote inside an unquoted field, rows of different lengths, and blank lines, which are no rows.
/// A row is valid until the next call of anything; take what is to stay out of it.
package final class CSVReader {
  /// Longest row, so that a quote that is never closed does not take in the whole file.
  package static let longestRow = 16 << 20

  private let delimiter: UInt8
  private var storage: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var start = 0
  private var end = 0
  private var line = 1
  private var isLast = false
  private var isFirst = true
  /// Up to here, from the begin of `storage`, the bytes are known to be UTF-8.
  private var checked = 0
  private var hasInvalid = false

  /// Makes a reader for fields that `delimiter` separates.
  package init(delimiter: UInt8 = UInt8(ascii: ",")) {
    self.delimiter = delimiter
    capacity = 64 * 1024
    storage = .allocate(capacity: capacity)
  }

  deinit { storage.deallocate() }

  /// Takes the next piece of the text.
  package func feed(_ piece: [UInt8]) {
    precondition(!isLast, "nothing comes after the end")
    let rest = end - start
    if rest + piece.count > capacity {
      capacity = max(capacity * 2, rest + piece.count)
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
      larger.update(from: storage + start, count: rest)
      storage.deallocate()
      storage = larger
    } else if start > 0 {
      storage.update(from: storage + start, count: rest)
    }
    piece.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { (storage + rest).update(from: base, count: bytes.count) }
    }
    checked -= start
    (start, end) = (0, rest + piece.count)
    checkText()
  }

  /// Says that nothing more comes: what is left is the last row.
  package func finish() {
    isLast = true
    checkText()
  }

  /// Looks for bytes that are no UTF-8; a character whose rest may be in the next piece is left for then.
  private func checkText() {
    guard !hasInvalid else { return }
    let new = UnsafeBufferPointer(start: storage + checked, count: end - checked)
    guard let place = UTF8Validation.firstInvalidByte(in: new) else {
      checked = end
      return
    }
    checked += place
    let tail = new[place...]
    let isCut = tail.count < 4 && tail[place] >= 0xC2 && tail.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 }
    hasInvalid = isLast || !isCut
  }

  /// Fails where the bytes before `limit` are no text.
  private func requireText(before limit: Int) throws(CSVError) {
    guard hasInvalid, checked < limit else { return }
    let lines = UnsafeBufferPointer(start: storage + start, count: checked - start).count { $0 == 10 }
    throw CSVError(line: line + lines, "the text is not UTF-8; convert it first, as iconv does")
  }

  /// Reads the next row into `row`; false where more text is needed, or the text is over.
  package func next(_ row: inout CSVRow) throws(CSVError) -> Bool {
    if isFirst {
      guard end - start >= 3 || isLast else { return false }
      try skipMark()
    }
    while start < end {
      row.base = UnsafePointer(storage + start)
      row.line = line
      row.cells.removeAll(keepingCapacity: true)
      guard let (used, lines) = try scan(&row) else {
        try requireText(before: end)
        guard end - start <= Self.longestRow else {
          throw CSVError(
            line: line, "the row is longer than \(Self.longestRow) bytes; is a quote not closed?")
        }
        return false
      }
      try requireText(before: start + used)
      start += used
      line += lines
      let isBlank = row.cells.count == 1 && row.cells[0].count == 0 && !row.cells[0].isQuoted
      if !isBlank { return true }
    }
    return false
  }

  private func skipMark() throws(CSVError) {
    isFirst = false
    let first = UnsafeBufferPointer(start: storage + start, count: min(3, end - start))
    if first.elementsEqual([0xef, 0xbb, 0xbf]) { start += 3 }
    if first.starts(with: [0xff, 0xfe]) || first.starts(with: [0xfe, 0xff]) {
      throw CSVError(line: 1, "the text is UTF-16; convert it to UTF-8 first")
    }
  }

  /// Takes one row apart; nil where its end is not there yet. Gives its bytes, line end included, and lines.
  private func scan(_ row: inout CSVRow) throws(CSVError) -> (used: Int, lines: Int)? {
    let bytes = UnsafePointer(storage + start)
    let count = end - start
    let (quote, delimiter) = (UInt8(ascii: "\""), self.delimiter)
    var lines = 1
    var index = 0
    while true {
      if index < count, bytes[index] == quote {
        guard let cell = scanQuoted(bytes, from: index + 1, count, &lines) else {
          guard isLast else { return nil }
          throw CSVError(line: line, "a quote is not closed")
        }
        row.cells.append(cell)
        index = cell.end + 1
        if index < count, bytes[index] != delimiter, bytes[index] != 10, bytes[index] != 13 {
          throw CSVError(
            line: line + lines - 1,
            "text follows a closing quote; write a quote inside a quoted field twice")
        }
      } else {
        let first = index
        while index < count {
          let byte = bytes[index]
          if byte == delimiter || (byte <= 13 && (byte == 10 || byte == 13)) { break }
          index += 1
        }
        row.cells.append(CSVCell(start: first, end: index))
      }
      if index == count { return isLast ? (index, lines) : nil }
      if bytes[index] == delimiter {
        index += 1
        continue
      }
      if bytes[index] == 10 { return (index + 1, lines) }
      if index + 1 == count { return isLast ? (index + 1, lines) : nil }
      return (bytes[index + 1] == 10 ? index + 2 : index + 1, lines)
    }
  }

  /// A field after its opening quote; nil where it is not known yet to be closed.
  @inline(__always)
  private func scanQuoted(
    _ bytes: UnsafePointer<UInt8>, from first: Int, _ count: Int, _ lines: inout Int
  ) -> CSVCell? {
    var index = first
    var hasQuotes = false
    while true {
      while index < count, bytes[index] != UInt8(ascii: "\"") {
        if bytes[index] == 10 { lines += 1 }
        index += 1
      }
      if index == count { return nil }
      if index + 1 == count { return isLast ? CSVCell(first, index, hasQuotes) : nil }
      guard bytes[index + 1] == UInt8(ascii: "\"") else { return CSVCell(first, index, hasQuotes) }
      hasQuotes = true
      index += 2
    }
  }
}

/// Why a text is not CSV.
package struct CSVError: Error, Equatable, Sendable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  /// What is wrong, in lower case without a full stop.
  package let message: String

  /// Describes what is wrong on a line.
  package init(line: Int, _ message: String) {
    self.line = line
    self.message = message
  }

  package var description: String { "line \(line): \(message)" }
}
