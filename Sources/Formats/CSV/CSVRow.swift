/// One row of a CSV text, as places in the reader's bytes: nothing is copied until somebody asks.
package struct CSVRow {
  /// Where the places count from; nil for a row without fields.
  package var base: UnsafePointer<UInt8>?
  /// The fields, in order.
  package var cells: [CSVCell] = []
  /// The line on which the row begins, from 1.
  package var line = 0

  /// Makes a row to read into.
  package init() {}

  /// The bytes of a field as they stand in the text: without its quotes, quotes inside still doubled.
  package func raw(_ cell: CSVCell) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base.map { $0 + cell.start }, count: base == nil ? 0 : cell.count)
  }

  /// A field's value.
  package func bytes(_ cell: CSVCell) -> [UInt8] {
    let raw = raw(cell)
    guard cell.hasQuotes else { return Array(raw) }
    var value: [UInt8] = []
    value.reserveCapacity(raw.count)
    var index = 0
    while index < raw.count {
      value.append(raw[index])
      index += raw[index] == UInt8(ascii: "\"") ? 2 : 1
    }
    return value
  }

  /// A field's value as text; what is no UTF-8 is replaced.
  package func text(_ cell: CSVCell) -> String {
    cell.hasQuotes ? String(decoding: bytes(cell), as: UTF8.self) : String(decoding: raw(cell), as: UTF8.self)
  }

  /// The same field without blanks and tabs at its ends.
  package func trimmed(_ cell: CSVCell) -> CSVCell {
    guard let base else { return cell }
    var cell = cell
    while cell.count > 0, Self.isBlank(base[cell.start]) { cell.start += 1 }
    while cell.count > 0, Self.isBlank(base[cell.end - 1]) { cell.end -= 1 }
    return cell
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
}

/// One field of a row: where it stands and how it was written.
package struct CSVCell: Sendable, Equatable {
  private var first: UInt32
  private var last: UInt32
  /// Written in quotes, so that it may hold anything.
  package let isQuoted: Bool
  /// Holds doubled quotes.
  package let hasQuotes: Bool

  /// An unquoted field.
  package init(start: Int, end: Int) {
    (first, last, isQuoted, hasQuotes) = (
      UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: end), false, false
    )
  }

  /// A quoted field, without its quotes.
  package init(_ start: Int, _ end: Int, _ hasQuotes: Bool) {
    (first, last) = (UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: end))
    (isQuoted, self.hasQuotes) = (true, hasQuotes)
  }

  /// The first byte, from the row's base.
  package var start: Int {
    get { Int(first) }
    set { first = UInt32(truncatingIfNeeded: newValue) }
  }
  /// The byte after the last.
  package var end: Int {
    get { Int(last) }
    set { last = UInt32(truncatingIfNeeded: newValue) }
  }
  /// How many bytes it has in the text.
  package var count: Int { Int(last) - Int(first) }
}
