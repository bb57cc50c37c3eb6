/// Makes text from anywhere safe to show: on a terminal, in a log line, in a message.
package enum TerminalText {
  /// Writes control characters (escape sequences among them) and what turns the reading direction as escapes.
  ///
  /// With `keepsLines` line breaks and tabs stay; without, the result is one line.
  package static func escaped(_ text: String, keepsLines: Bool = false) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    if isPlain { return text }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\t":
        if keepsLines { safe.append(scalar) } else { safe.append(contentsOf: escape(scalar).unicodeScalars) }
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        safe.append(contentsOf: escape(scalar).unicodeScalars)
      default: safe.append(scalar)
      }
    }
    return String(safe)
  }

  /// Cuts `text` to at most `bytes` of UTF-8 at a character's edge, and says how much is missing.
  package static func shortened(_ text: String, toBytes bytes: Int) -> String {
    guard text.utf8.count > bytes else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: max(bytes, 0))
    while end > text.startIndex, String.Index(end, within: text) == nil { end = text.utf8.index(before: end) }
    let kept = text[..<end]
    return "\(kept)… (\(text.utf8.count - kept.utf8.count) bytes more)"
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case "\0"..."\u{7F}": "\\x" + Hex.encode([UInt8(truncatingIfNeeded: scalar.value)])
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
}
