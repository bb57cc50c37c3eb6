/// Turns a regular expression of JSON Schema, whose dialect is that of ECMA-262, into a Perl-compatible one.
///
/// What differs is rewritten: `\u0041`, `\u{1F600}`, long names in `\p{…}`, `$` (which means the very end),
/// `[]`, `[^]` and `[` inside a class. Classes such as `\d` are those of Unicode (contract §10).
struct SchemaPattern {
  private let source: [Unicode.Scalar]
  private var position = 0
  private var result = ""
  private var isInClass = false

  /// The Perl-compatible spelling of `pattern`.
  static func translate(_ pattern: String) -> String {
    var translation = SchemaPattern(pattern)
    return translation.translated()
  }

  private init(_ pattern: String) { source = Array(pattern.unicodeScalars) }

  private mutating func translated() -> String {
    while position < source.count {
      let scalar = source[position]
      position += 1
      switch scalar {
      case "\\": escape()
      case "$" where !isInClass: result += "\\z"
      case "[" where isInClass: result += "\\["
      case "[": openClass()
      case "]" where isInClass:
        isInClass = false
        result += "]"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private mutating func openClass() {
    if takes("]") {
      result += "(?!)"
    } else if takes("^]") {
      result += "[\\s\\S]"
    } else {
      isInClass = true
      result += "["
      if takes("^") { result += "^" }
    }
  }

  private mutating func escape() {
    guard position < source.count else {
      result += "\\"
      return
    }
    let scalar = source[position]
    position += 1
    switch scalar {
    case "u": result += codePoint().map { "\\x{\(String($0, radix: 16))}" } ?? "u"
    case "p", "P":
      result += "\\"
      result.unicodeScalars.append(scalar)
      if takes("{") { result += "{" + property() + "}" }
    default:
      result += "\\"
      result.unicodeScalars.append(scalar)
    }
  }

  private mutating func takes(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard source[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  /// The code point after `\u`: four digits, two surrogates of four digits, or digits in braces.
  private mutating func codePoint() -> UInt32? {
    if takes("{") {
      let end = source[position...].firstIndex(of: "}") ?? source.count
      defer { position = min(end + 1, source.count) }
      return UInt32(String(String.UnicodeScalarView(source[position..<end])), radix: 16)
    }
    guard let first = fourDigits() else { return nil }
    guard (0xd800...0xdbff).contains(first) else { return first }
    let mark = position
    if takes("\\u"), let second = fourDigits(), (0xdc00...0xdfff).contains(second) {
      return 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
    }
    position = mark
    return first
  }

  private mutating func fourDigits() -> UInt32? {
    guard position + 4 <= source.count,
      let value = UInt32(String(String.UnicodeScalarView(source[position..<position + 4])), radix: 16)
    else { return nil }
    position += 4
    return value
  }

  /// The name inside `\p{…}`, as libpcre2 knows it.
  private mutating func property() -> String {
    let end = source[position...].firstIndex(of: "}") ?? source.count
    let name = String(String.UnicodeScalarView(source[position..<end]))
    position = min(end + 1, source.count)
    let parts = name.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return Self.categories[name] ?? name }
    return switch parts[0] {
    case "General_Category", "gc": Self.categories[parts[1]] ?? parts[1]
    case "Script", "sc": "sc:" + parts[1]
    case "Script_Extensions", "scx": "scx:" + parts[1]
    default: name
    }
  }

  /// Unicode's long names of general categories (UAX #44, table 12).
  private static let categories = [
    "Letter": "L", "Cased_Letter": "L&", "LC": "L&", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
    "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M",
    "Combining_Mark": "M", "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc", "Enclosing_Mark": "Me",
    "Number": "N", "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No",
    "Punctuation": "P", "punct": "P", "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd",
    "Open_Punctuation": "Ps", "Close_Punctuation": "Pe", "Initial_Punctuation": "Pi",
    "Final_Punctuation": "Pf", "Other_Punctuation": "Po", "Symbol": "S", "Math_Symbol": "Sm",
    "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So", "Separator": "Z",
    "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Other": "C",
    "Control": "Cc", "cntrl": "Cc", "Format": "Cf", "Surrogate": "Cs", "Private_Use": "Co",
    "Unassigned": "Cn",
  ]
}
