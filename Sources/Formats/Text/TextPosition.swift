/// A place in a source text as editors show it: line and column, both counted from one.
package struct TextPosition: Sendable, Hashable {
  /// The line, from 1; `\n`, `\r\n` and a lone `\r` end one.
  package let line: Int
  /// The column, from 1, in characters (Unicode scalars), not bytes.
  package let column: Int

  /// Makes the place at `line` and `column`.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// Finds the place of the byte at `offset`, by counting from the front.
  ///
  /// A byte order mark takes no column.
  package init(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    let end = min(max(offset, 0), bytes.count)
    var line = 1
    var lineStart = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for index in 0..<end {
      let isBreak =
        bytes[index] == UInt8(ascii: "\n")
        || (bytes[index] == UInt8(ascii: "\r")
          && !(index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")))
      guard isBreak else { continue }
      line += 1
      lineStart = index + 1
    }
    var column = 1
    if lineStart < end {
      for index in lineStart..<end where bytes[index] & 0xC0 != 0x80 { column += 1 }
    }
    self.init(line: line, column: column)
  }
}

extension TextPosition: CustomStringConvertible {
  /// `line 3, column 7`, as messages say it.
  package var description: String { "line \(line), column \(column)" }
}
