/// Two columns of text.
enum Columns {
  /// Where lines break: as wide as text is read well.
  private static let lineWidth = 100

  /// Rows with the second column aligned and its lines broken; long first cells get a line of their own.
  static func text(_ rows: [(String, String)]) -> String {
    let width = min(rows.map(\.0.count).max() ?? 0, 24)
    let indent = "\n" + String(repeating: " ", count: width + 4)
    return rows.map { first, second in
      let text = lines(second, lineWidth - width - 4).joined(separator: indent)
      return first.count > width
        ? "  \(first)\(indent)\(text)\n"
        : "  \(first)\(String(repeating: " ", count: width - first.count))  \(text)\n"
    }.joined()
  }

  /// The words of `text` in lines of at most `width` columns, where none of them is longer.
  private static func lines(_ text: String, _ width: Int) -> [String] {
    text.split(separator: " ").reduce(into: [""]) { lines, word in
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
  }
}
