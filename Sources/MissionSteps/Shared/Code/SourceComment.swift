/// What comments say of the declaration that they are above.
enum SourceComment {
  /// Lines of attributes between a comment and what it speaks of.
  private static let maxAttributeLines = 16

  /// The text of the comment that ends on the line above `line`, attributes between them passed over.
  static func above(_ line: Int, _ mask: SourceMask, _ source: [UInt8]) -> String? {
    let comments = mask.comments
    // The last comment that ends before the line.
    var low = 0
    var high = comments.count
    while low < high {
      let middle = (low + high) / 2
      if comments[middle].lines.upperBound < line { low = middle + 1 } else { high = middle }
    }
    guard low > 0, isClose(comments[low - 1], to: line, mask) else { return nil }
    var first = low - 1
    while first > 0, comments[first - 1].lines.upperBound == comments[first].lines.lowerBound - 1,
      isAlone(comments[first - 1], mask), isLine(comments[first], source)
    {
      first -= 1
    }
    let text = comments[first..<low].flatMap { lines(source[$0.range]) }
    let plain = trimmed(text)
    return plain.isEmpty ? nil : plain
  }

  private static func isLine(_ span: SourceMask.Span, _ source: [UInt8]) -> Bool {
    source[span.range].dropFirst().first != UInt8(ascii: "*")
  }

  /// Whether nothing but blanks and attributes is between a comment and a line, and no code is left of it.
  private static func isClose(_ span: SourceMask.Span, to line: Int, _ mask: SourceMask) -> Bool {
    guard line - span.lines.upperBound <= maxAttributeLines, isAlone(span, mask) else { return false }
    let between = mask.bytes[span.range.upperBound...].split(
      separator: UInt8(ascii: "\n"), maxSplits: line - span.lines.upperBound, omittingEmptySubsequences: false
    ).dropFirst().prefix(line - span.lines.upperBound - 1)
    return between.allSatisfy { line in
      guard let first = line.first(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) else {
        return false
      }
      return first == UInt8(ascii: "@") || first == UInt8(ascii: "#")
    }
  }

  private static func isAlone(_ span: SourceMask.Span, _ mask: SourceMask) -> Bool {
    mask.bytes[..<span.range.lowerBound].reversed().prefix { $0 != UInt8(ascii: "\n") }
      .allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  /// The lines of a comment or a string without the marks around it.
  static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
    ToolText.lines(String(decoding: bytes, as: UTF8.self)).map { line in
      var line = line.drop { $0 == " " || $0 == "\t" }
      if line.hasPrefix("/") || line.hasPrefix("*") || line.hasPrefix("#") {
        line = line.drop { $0 == "/" || $0 == "*" || $0 == "!" || $0 == "#" }
        if line.first == " " { line = line.dropFirst() }
      }
      if line.hasSuffix("*/") { line = line.dropLast(2) }
      while line.last == " " || line.last == "\t" { line = line.dropLast() }
      return String(line)
    }
  }

  /// The lines without empty ones at both ends.
  static func trimmed(_ lines: [String]) -> String {
    let start = lines.drop(while: \.isEmpty)
    return start.prefix((start.lastIndex { !$0.isEmpty } ?? start.startIndex - 1) - start.startIndex + 1)
      .joined(separator: "\n")
  }
}
