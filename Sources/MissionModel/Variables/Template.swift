/// A string with placeholders, taken apart: `user_{{ env.USER }}.txt` (contract §4).
///
/// What looks like a placeholder but has not its form, such as `{{#if}}` or `{{ 1 + 1 }}`, is plain text;
/// `{{{{` writes a literal `{{`.
package struct Template: Sendable, Equatable {
  /// A piece of the string.
  package enum Piece: Sendable, Equatable {
    case text(String)
    case placeholder(Placeholder)
    /// Braces with something inside that is no placeholder: stays as it is, and is worth a warning.
    case foreign(String)
  }

  package let pieces: [Piece]

  /// Takes `text` apart; anything is a template.
  package init(_ text: String) {
    guard text.utf8.contains(UInt8(ascii: "{")) else {
      pieces = [.text(text)]
      return
    }
    var scanner = Scanner(text)
    pieces = scanner.scan()
  }

  /// The placeholders, in order.
  package var placeholders: [Placeholder] {
    pieces.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
  }

  /// The one placeholder that the string consists of, whose value keeps its type; else nil.
  package var only: Placeholder? {
    guard pieces.count == 1, case .placeholder(let placeholder) = pieces[0] else { return nil }
    return placeholder
  }
}

/// `{{ path | filter | filter("argument") }}`.
package struct Placeholder: Sendable, Equatable {
  /// The path's parts: `["fetch", "output", "items", "0"]`.
  package let path: [String]
  package let filters: [Filter]
  /// As it was written, braces included.
  package let source: String

  /// The path as it was written.
  package var pathText: String { path.joined(separator: ".") }
}

extension Template {
  /// Walks over the text once.
  private struct Scanner {
    private let text: Substring.UTF8View
    private var position: Substring.UTF8View.Index
    private var pieces: [Piece] = []
    private var literal = ""

    init(_ text: String) {
      self.text = text[...].utf8
      position = self.text.startIndex
    }

    mutating func scan() -> [Piece] {
      while position < text.endIndex {
        guard let open = Self.range(of: "{{", in: text[position...]) else {
          literal += String(Substring(text[position...]))
          break
        }
        literal += String(Substring(text[position..<open.lowerBound]))
        if text[open.upperBound...].starts(with: "{{".utf8) {
          literal += "{{"
          position = text.index(open.upperBound, offsetBy: 2)
        } else if let close = Self.range(of: "}}", in: text[open.upperBound...]) {
          take(
            String(Substring(text[open.upperBound..<close.lowerBound])),
            String(Substring(text[open.lowerBound..<close.upperBound])))
          position = close.upperBound
        } else {
          literal += String(Substring(text[open.lowerBound...]))
          break
        }
      }
      flush()
      return pieces.isEmpty ? [.text("")] : pieces
    }

    private mutating func take(_ inside: String, _ source: String) {
      if let placeholder = PlaceholderParser.parse(inside, source: source) {
        flush()
        pieces.append(.placeholder(placeholder))
      } else {
        flush()
        pieces.append(.foreign(source))
      }
    }

    private mutating func flush() {
      if !literal.isEmpty { pieces.append(.text(literal)) }
      literal = ""
    }

    private static func range(of pair: String, in text: Substring.UTF8View) -> Range<
      Substring.UTF8View.Index
    >? {
      let byte = pair.utf8.first
      var start = text.startIndex
      while let first = text[start...].firstIndex(where: { $0 == byte }) {
        let next = text.index(after: first)
        guard next < text.endIndex else { return nil }
        if text[next] == byte { return first..<text.index(after: next) }
        start = next
      }
      return nil
    }
  }
}

/// Reads what stands between the braces.
enum PlaceholderParser {
  /// Nil for what has not the form of a placeholder.
  static func parse(_ inside: String, source: String) -> Placeholder? {
    var parts = splitAtBars(inside)
    let path = trim(parts.removeFirst()).split(separator: ".", omittingEmptySubsequences: false).map(
      String.init)
    guard path.allSatisfy(isPathPart), let first = path.first, Identifier.isValid(first) else { return nil }
    return Placeholder(path: path, filters: parts.map { Filter(parsing: trim($0)) }, source: source)
  }

  /// A key of a map or an index of a list; keys with other characters cannot be named.
  private static func isPathPart(_ part: String) -> Bool {
    !part.isEmpty
      && part.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
          || byte == 45 || byte >= 128
      }
  }

  /// Splits at `|` outside of quotes.
  private static func splitAtBars(_ text: String) -> [String] {
    var parts = [""]
    var isQuoted = false
    var isEscaped = false
    for character in text {
      if character == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = character == "\\" && !isEscaped
      if character == "|", !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts
  }

  static func trim(_ text: some StringProtocol) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
      let last = text.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(text[first...last])
  }
}
