/// The words and brackets of a statement up to its body; what is in brackets is one token.
struct SourceHead {
  enum Token: Equatable {
    case word(String)
    case symbol(Unicode.Scalar)
    /// The bracket that opens it.
    case group(Unicode.Scalar)
  }

  private(set) var tokens: [Token] = []
  private(set) var ranges: [Range<Int>] = []

  /// Reads a part of masked source.
  init(_ bytes: ArraySlice<UInt8>) {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let start = index
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): continue
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        var depth = 1
        while index < bytes.endIndex, depth > 0 {
          if "([{".utf8.contains(bytes[index]) { depth += 1 }
          if ")]}".utf8.contains(bytes[index]) { depth -= 1 }
          index += 1
        }
        tokens.append(.group(Unicode.Scalar(byte)))
      case _ where SourceMask.isWord(byte):
        while index < bytes.endIndex, SourceMask.isWord(bytes[index]) { index += 1 }
        tokens.append(.word(String(decoding: bytes[start..<index], as: UTF8.self)))
      default: tokens.append(.symbol(Unicode.Scalar(byte)))
      }
      ranges.append(start..<index)
    }
  }

  /// The token at a place; nil behind the last.
  subscript(_ index: Int) -> Token? { tokens.indices.contains(index) ? tokens[index] : nil }

  /// The word at a place; nil where there is none.
  func word(_ index: Int) -> String? { if case .word(let word)? = self[index] { word } else { nil } }

  /// The place behind `<…>` at a place; the place itself where there is none.
  func behindAngles(_ index: Int) -> Int {
    guard self[index] == .symbol("<") else { return index }
    var depth = 0
    var next = index
    while let token = self[next] {
      if token == .symbol("<") { depth += 1 }
      // The arrow of a function's type closes nothing.
      if token == .symbol(">"), self[next - 1] != .symbol("-") { depth -= 1 }
      next += 1
      if depth == 0 { break }
    }
    return next
  }

  /// The words of a path such as `a.b` or `a::b`, joined, and the place behind it.
  func path(_ index: Int, separator: Unicode.Scalar, joined by: String) -> (name: String, end: Int)? {
    guard let first = word(index) else { return nil }
    var name = first
    var next = index + 1
    while self[next] == .symbol(separator) {
      var behind = next
      while self[behind] == .symbol(separator) { behind += 1 }
      guard let word = word(behind) else { break }
      name += by + word
      next = behind + 1
    }
    return (name, next)
  }

  /// Whether one of the tokens is this.
  func contains(_ token: Token) -> Bool { tokens.contains(token) }
}
