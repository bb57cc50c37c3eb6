/// How control characters are named in messages and written in JSON.
enum ControlCharacters {
  /// The name that a message uses: `U+0009`.
  static func name(_ byte: UInt8) -> String { "U+00" + Hex.encode([byte]).uppercased() }

  /// The escape that JSON has for `byte`, the short one where there is one.
  static func jsonEscape(_ byte: UInt8) -> String {
    switch byte {
    case 0x08: "\\b"
    case 0x09: "\\t"
    case 0x0A: "\\n"
    case 0x0C: "\\f"
    case 0x0D: "\\r"
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\\"): "\\\\"
    default: "\\u00" + Hex.encode([byte])
    }
  }

  /// How many bytes `jsonEscape` makes of it.
  static func jsonEscapeLength(_ byte: UInt8) -> Int {
    switch byte {
    case 0x08, 0x09, 0x0A, 0x0C, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "\\"): 2
    default: 6
    }
  }

  /// What the letter after a backslash stands for in JSON; quotes, slashes and backslashes are themselves.
  @inline(__always)
  static func unescaped(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
  }
}
