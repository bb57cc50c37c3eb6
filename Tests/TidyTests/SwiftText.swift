/// A Swift file as rules see it: its lines, and its code with comments and the insides of strings blanked.
///
/// The scan is simple on purpose. It knows nested comments, raw and multi-line strings and interpolation,
/// and no regular expression literals, which the sources do not use.
struct SwiftText {
  /// A function or initializer with a body.
  struct Function {
    let name: String
    let firstLine: Int
    let lineCount: Int
    let body: String
  }

  let lines: [String]
  /// As many lines as `lines`; blanks stand where comments and strings were.
  let codeLines: [String]
  var code: String { codeLines.joined(separator: "\n") }

  /// Every Swift file of the repository, scanned once for all rules.
  private static let scanned: [String: SwiftText] = {
    let files = Repository.shared.swift(under: "Sources") + Repository.shared.swift(under: "Tests")
    return Dictionary(uniqueKeysWithValues: files.map { ($0.path, SwiftText($0.text)) })
  }()

  /// A file of the repository as rules see it.
  static func of(_ file: Repository.File) -> SwiftText { scanned[file.path] ?? SwiftText(file.text) }

  init(_ text: String) {
    var blanker = Blanker(bytes: Array(text.utf8))
    blanker.blankCode(until: nil)
    lines = Self.split(text)
    codeLines = Self.split(String(decoding: blanker.bytes, as: UTF8.self))
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Every function that has a body, nested ones too.
  func functions() -> [Function] {
    let declaration =
      #"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+(?:\(\w+\))?\s+)*(func|init|deinit|subscript)\b(.*)"#
    return codeLines.indices.compactMap { index in
      let line = codeLines[index]
      // The quick look first: an expression on every line of the house takes seconds.
      guard ["func", "init", "subscript"].contains(where: line.contains) else { return nil }
      guard let keyword = codeLines[index].captures(declaration).first else { return nil }
      let tail = codeLines[index].captures(declaration, group: 2).first ?? ""
      guard keyword == "func" || tail.matches(#"^\s*[?<({]"#) else { return nil }
      let name = keyword == "func" ? tail.captures(#"^\s*(\S+?)[(<\s]"#).first ?? tail : keyword
      return body(from: index, keyword: keyword, name: name)
    }
  }

  private func body(from first: Int, keyword: String, name: String) -> Function? {
    var parentheses = 0
    var braces = 0
    var text = ""
    for index in first..<codeLines.count {
      if braces == 0, parentheses == 0, index > first, !continuesSignature(codeLines[index]) { return nil }
      for character in codeLines[index] {
        if braces > 0 { text.append(character) }
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{" where parentheses == 0 || braces > 0: braces += 1
        case "}" where braces > 0:
          braces -= 1
          if braces == 0 {
            return Function(name: name, firstLine: first + 1, lineCount: index - first + 1, body: text)
          }
        default: break
        }
      }
      text.append("\n")
    }
    return nil
  }

  private func continuesSignature(_ line: String) -> Bool {
    line.matches(#"^\s*([{)]|->|async\b|throws\b|rethrows\b|where\b|$)"#)
  }
}

/// Overwrites comments and the insides of string literals with blanks, and leaves line ends where they are.
private struct Blanker {
  var bytes: [UInt8]
  private var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Goes on to the closing parenthesis of an interpolation, or to the end.
  mutating func blankCode(until closing: UInt8?) {
    var depth = 0
    while index < bytes.count {
      let byte = bytes[index]
      if starts(with: "//") {
        blank(while: { $0 != UInt8(ascii: "\n") })
      } else if starts(with: "/*") {
        blankComment()
      } else if let hashes = hashesBeforeQuote() {
        blankString(hashes: hashes)
      } else {
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth -= 1 }
        if byte == closing, depth < 0 { return }
        index += 1
      }
    }
  }

  private func starts(with text: StaticString) -> Bool {
    guard bytes[index] == text.utf8Start.pointee else { return false }
    return text.withUTF8Buffer { bytes[index...].starts(with: $0) }
  }

  private mutating func blank(_ count: Int = 1) {
    for _ in 0..<count where index < bytes.count {
      if bytes[index] != UInt8(ascii: "\n") { bytes[index] = UInt8(ascii: " ") }
      index += 1
    }
  }

  private mutating func blank(while condition: (UInt8) -> Bool) {
    while index < bytes.count, condition(bytes[index]) { blank() }
  }

  private mutating func blankComment() {
    blank(2)
    var depth = 1
    while index < bytes.count, depth > 0 {
      if starts(with: "/*") {
        depth += 1
        blank(2)
      } else if starts(with: "*/") {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    }
  }

  private func hashesBeforeQuote() -> Int? {
    guard bytes[index] == UInt8(ascii: "#") || bytes[index] == UInt8(ascii: "\"") else { return nil }
    var end = index
    while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
    return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - index : nil
  }

  private mutating func blankString(hashes: Int) {
    index += hashes
    let isLong = starts(with: "\"\"\"")
    let quote = [UInt8](repeating: UInt8(ascii: "\""), count: isLong ? 3 : 1)
    let mark = [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
    index += quote.count
    while index < bytes.count {
      if bytes[index...].starts(with: quote + mark) {
        index += quote.count + hashes
        return
      }
      if bytes[index...].starts(with: [UInt8(ascii: "\\")] + mark) {
        blank(1 + hashes)
        if index < bytes.count, bytes[index] == UInt8(ascii: "(") {
          blank()
          blankInterpolation()
        }
      }
      blank()
    }
  }

  /// What stands in an interpolation may hold strings of its own; all of it is blanked.
  private mutating func blankInterpolation() {
    let start = index
    blankCode(until: UInt8(ascii: ")"))
    let end = index
    index = start
    blank(end - start)
  }
}
