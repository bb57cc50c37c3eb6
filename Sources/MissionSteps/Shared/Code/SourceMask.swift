/// A source whose comments and strings are blank, so that what is left can be read by its words and brackets.
///
/// Every byte keeps its place, and every line its number.
package struct SourceMask: Sendable {
  /// A comment, or in Python a string, and where it is.
  package struct Span: Sendable {
    package let range: Range<Int>
    /// From 1.
    package let lines: ClosedRange<Int>
  }

  package private(set) var bytes: [UInt8]
  package private(set) var comments: [Span] = []
  /// The strings of Python: the first of a body is its documentation.
  package private(set) var strings: [Span] = []

  private let language: String
  private var index = 0
  private var line = 1
  /// How deep strings lie in the expressions of strings.
  private static let maxNesting = 16

  /// Reads a source of one of `DeclarationScanner.languages`.
  package init(_ source: [UInt8], language: String) {
    bytes = source
    self.language = language
    var isLineStart = true
    // The last byte that was code: a slash after a value divides, elsewhere JavaScript begins a regex.
    var last = UInt8(ascii: ";")
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") {
        isLineStart = true
        line += 1
        index += 1
      } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
        index += 1
      } else if comment(isLineStart: isLineStart) || string(after: last, nesting: 0) {
        isLineStart = false
        if byte != UInt8(ascii: "/") || last == UInt8(ascii: "=") { last = UInt8(ascii: "\"") }
      } else {
        isLineStart = false
        last = byte
        index += 1
      }
    }
  }

  private var isScript: Bool { language == "javascript" || language == "typescript" }

  private func sees(_ text: StaticString, at place: Int? = nil) -> Bool {
    let start = place ?? index
    guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { $0.elementsEqual(bytes[start..<start + $0.count]) }
  }

  // MARK: Comments

  private mutating func comment(isLineStart: Bool) -> Bool {
    switch language {
    case "python":
      guard sees("#") else { return false }
      return blank(to: lineEnd(from: index), as: \.comments)
    case "c", "c++":
      if isLineStart, sees("#") {
        var end = lineEnd(from: index)
        while end < bytes.count, bytes[end - 1] == UInt8(ascii: "\\") { end = lineEnd(from: end + 1) }
        return blank(to: end, as: nil)
      }
    default: break
    }
    if sees("//") { return blank(to: lineEnd(from: index), as: \.comments) }
    guard sees("/*") else { return false }
    let nests = language == "swift" || language == "rust"
    var depth = 0
    var place = index
    repeat {
      if sees("*/", at: place) {
        depth -= 1
        place += 2
      } else if sees("/*", at: place), nests || depth == 0 {
        depth += 1
        place += 2
      } else {
        place += 1
      }
    } while depth > 0 && place < bytes.count
    return blank(to: min(place, bytes.count), as: \.comments)
  }

  private func lineEnd(from start: Int) -> Int {
    bytes[min(start, bytes.count)...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
  }

  /// Puts blanks up to `end`, and goes there.
  private mutating func blank(to end: Int, as list: WritableKeyPath<SourceMask, [Span]>?) -> Bool {
    let start = index
    let first = line
    while index < end {
      if bytes[index] == UInt8(ascii: "\n") { line += 1 } else { bytes[index] = UInt8(ascii: " ") }
      index += 1
    }
    if let list { self[keyPath: list].append(Span(range: start..<end, lines: first...line)) }
    return true
  }

  // MARK: Strings

  private mutating func string(after last: UInt8, nesting: Int) -> Bool {
    guard let end = stringEnd(at: index, after: last, nesting: nesting) else { return false }
    return blank(to: end, as: language == "python" ? \.strings : nil)
  }

  /// The place behind the string that begins here; nil where none does.
  private func stringEnd(at place: Int, after last: UInt8, nesting: Int) -> Int? {
    switch bytes[place] {
    case UInt8(ascii: "\""):
      let isTriple = ["swift", "python", "java"].contains(language) && sees("\"\"\"", at: place)
      return end(of: place, quote: "\"", count: isTriple ? 3 : 1, nesting: nesting)
    case UInt8(ascii: "'"): return quoted(at: place, nesting: nesting)
    case UInt8(ascii: "`") where isScript || language == "go":
      return end(of: place, quote: "`", count: 1, nesting: nesting)
    case UInt8(ascii: "#") where language == "swift": return raw(at: place, hashes: place)
    case UInt8(ascii: "r") where language == "rust": return raw(at: place, hashes: place + 1)
    case UInt8(ascii: "/") where isScript: return regex(at: place, after: last)
    default: return nil
    }
  }

  private func quoted(at place: Int, nesting: Int) -> Int? {
    switch language {
    case "python", "javascript", "typescript":
      return end(
        of: place, quote: "'", count: language == "python" && sees("'''", at: place) ? 3 : 1, nesting: nesting
      )
    case "swift": return nil
    case "rust":
      // A character ends soon; a lifetime has no second quote.
      let end = bytes[(place + 1)...].prefix(12).dropFirst().firstIndex(of: UInt8(ascii: "'"))
      guard let end else { return nil }
      let isEscape = place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "\\")
      let isOne = end - place == 2 || (bytes[place + 1] >= 0x80 && end - place <= 5)
      return isEscape || isOne ? end + 1 : nil
    default: return end(of: place, quote: "'", count: 1, nesting: nesting)
    }
  }

  /// `#"…"#` of Swift and `r#"…"#` of Rust: as many marks behind as before, nothing is escaped.
  private func raw(at place: Int, hashes start: Int) -> Int? {
    if place > 0, start > place, Self.isWord(bytes[place - 1]) { return nil }
    let quote = bytes[start...].firstIndex { $0 != UInt8(ascii: "#") } ?? bytes.count
    guard quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") else { return nil }
    let marks = quote - start
    var next = quote + 1
    while next < bytes.count {
      if bytes[next] == UInt8(ascii: "\""),
        bytes[(next + 1)...].prefix(marks).elementsEqual(repeatElement(UInt8(ascii: "#"), count: marks))
      {
        return next + 1 + marks
      }
      next += 1
    }
    return bytes.count
  }

  private func regex(at place: Int, after last: UInt8) -> Int? {
    guard "(,=:[!&|?{};+-*%~^<>".utf8.contains(last) || isBehindKeyword(place), !sees("//", at: place)
    else { return nil }
    var isClass = false
    var next = place + 1
    while next < bytes.count, bytes[next] != UInt8(ascii: "\n") {
      switch bytes[next] {
      case UInt8(ascii: "\\"): next += 1
      case UInt8(ascii: "["): isClass = true
      case UInt8(ascii: "]"): isClass = false
      case UInt8(ascii: "/") where !isClass: return next + 1
      default: break
      }
      next += 1
    }
    return nil
  }

  private func isBehindKeyword(_ place: Int) -> Bool {
    let word = bytes[..<place].reversed().drop { $0 == UInt8(ascii: " ") }.prefix(7).prefix(
      while: Self.isWord)
    return ["return", "typeof", "case"].contains(String(decoding: word.reversed(), as: UTF8.self))
  }

  private func end(of place: Int, quote: Unicode.Scalar, count: Int, nesting: Int) -> Int {
    let mark = UInt8(ascii: quote)
    let isRaw = language == "go" && quote == "`"
    let spansLines = count == 3 || quote == "`" || language == "rust"
    var next = place + count
    while next < bytes.count {
      let byte = bytes[next]
      if byte == UInt8(ascii: "\n"), !spansLines { return next }
      if byte == mark, bytes[next...].prefix(count).elementsEqual(repeatElement(mark, count: count)) {
        return next + count
      }
      if language == "swift", sees("\\(", at: next) {
        next = expression(at: next + 2, close: ")", open: "(", nesting: nesting + 1)
      } else if quote == "`", isScript, sees("${", at: next) {
        next = expression(at: next + 2, close: "}", open: "{", nesting: nesting + 1)
      } else {
        next += byte == UInt8(ascii: "\\") && !isRaw ? 2 : 1
      }
    }
    return bytes.count
  }

  /// The place behind an expression in a string, whose own strings may hold the closing bracket.
  private func expression(at start: Int, close: Unicode.Scalar, open: Unicode.Scalar, nesting: Int) -> Int {
    guard nesting < Self.maxNesting else { return start }
    var depth = 1
    var next = start
    while next < bytes.count {
      if let end = stringEnd(at: next, after: UInt8(ascii: ")"), nesting: nesting) {
        next = max(end, next + 1)
        continue
      }
      if bytes[next] == UInt8(ascii: open) { depth += 1 }
      if bytes[next] == UInt8(ascii: close) { depth -= 1 }
      next += 1
      if depth == 0 { break }
    }
    return next
  }

  /// Whether a byte is part of a name.
  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }
}
