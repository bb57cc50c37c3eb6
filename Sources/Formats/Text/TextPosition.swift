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
    self = Self.positions(of: [offset], in: bytes)[offset] ?? TextPosition(line: 1, column: 1)
  }

  /// Finds the places of many bytes in one pass; `offsets` ascend.
  package static func positions(
    of offsets: [Int], in bytes: UnsafeBufferPointer<UInt8>
  ) -> [Int: TextPosition] {
    var positions: [Int: TextPosition] = [:]
    var line = 1
    var column = 1
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for offset in offsets {
      let end = min(max(offset, 0), bytes.count)
      while index < end {
        let byte = bytes[index]
        index += 1
        let isBreak =
          byte == UInt8(ascii: "\n")
          || (byte == UInt8(ascii: "\r") && !(index < bytes.count && bytes[index] == UInt8(ascii: "\n")))
        if isBreak {
          line += 1
          column = 1
        } else if byte & 0xC0 != 0x80 {
          column += 1
        }
      }
      positions[offset] = TextPosition(line: line, column: column)
    }
    return positions
  }
}

extension TextPosition: CustomStringConvertible {
  /// `line 3, column 7`, as messages say it.
  package var description: String { "line \(line), column \(column)" }
}
