/// Reads and judges JSON numbers so that none loses its value.
enum JSONNumber {
  /// The value of the number `text`, which is known to follow JSON's grammar.
  static func value(of text: UnsafeBufferPointer<UInt8>) -> JSON {
    let parts = Parts(text)
    if parts.isWhole, parts.digits <= 18 {
      let magnitude = Int64(parts.mantissa)
      return .integer(parts.isNegative ? -magnitude : magnitude)
    }
    let written = String(decoding: text, as: UTF8.self)
    if parts.isWhole, let value = Int64(written) { return .integer(value) }
    // Fifteen significant digits always come back from a Double as they went in (C's DBL_DIG).
    if parts.digits <= 15 {
      if let value = parts.exactDouble { return .double(value) }
      if parts.mantissa == 0 { return .double(parts.isNegative ? -0.0 : 0.0) }
    }
    guard let value = Double(written), value.isFinite, Self.sameValue(value.description, written) else {
      return .decimal(written)
    }
    return .double(value)
  }

  /// Whether two decimal texts, such as `1e2` and `100.0`, stand for one value.
  static func sameValue(_ left: String, _ right: String) -> Bool {
    guard let left = Normal(left), let right = Normal(right) else { return false }
    return left == right
  }

  /// A number taken apart in one pass, for the common cases that need no text.
  private struct Parts {
    var isNegative = false
    var isWhole = true
    /// How many significant digits were seen, trailing zeros included.
    var digits = 0
    /// The digits as a number; of use while there are at most 18.
    var mantissa: UInt64 = 0
    var exponent = 0

    private static let exactPowers: [Double] = [
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
      1e19, 1e20, 1e21, 1e22,
    ]

    @inline(__always)
    init(_ text: UnsafeBufferPointer<UInt8>) {
      var index = 0
      if text[0] == UInt8(ascii: "-") {
        isNegative = true
        index = 1
      }
      var isFraction = false
      while index < text.count {
        let byte = text[index]
        if byte >= 0x30, byte <= 0x39 {
          if digits > 0 || byte != 0x30 { digits += 1 }
          mantissa = mantissa &* 10 &+ UInt64(byte - 0x30)
          if isFraction { exponent -= 1 }
        } else if byte == UInt8(ascii: ".") {
          isFraction = true
          isWhole = false
        } else {
          isWhole = false
          exponent += Self.exponent(text, from: index + 1)
          return
        }
        index += 1
      }
    }

    /// An exponent too long to matter becomes one that no `Double` has.
    private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
      var value = 0
      for index in start..<text.count where text[index] >= 0x30 && text[index] <= 0x39 {
        value = min(value * 10 + Int(text[index] - 0x30), 1_000_000_000)
      }
      return text[start] == UInt8(ascii: "-") ? -value : value
    }

    /// The value where one correctly rounded operation on exact operands gives it (Clinger's fast path).
    var exactDouble: Double? {
      guard digits <= 15, exponent >= -22, exponent <= 22 else { return nil }
      let magnitude = Double(mantissa)
      let value =
        exponent < 0 ? magnitude / Self.exactPowers[-exponent] : magnitude * Self.exactPowers[exponent]
      return isNegative ? -value : value
    }
  }

  /// A decimal text as digits without zeros at either end, and the power of ten of the last one.
  private struct Normal: Equatable {
    var isNegative = false
    var digits: [UInt8] = []
    var exponent = 0

    init?(_ text: String) {
      var isFraction = false
      var rest = Substring(text)
      while let character = rest.utf8.first {
        switch character {
        case UInt8(ascii: "-"): isNegative = true
        case UInt8(ascii: "."): isFraction = true
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
          guard let power = Int(rest.dropFirst()), abs(power) < 1_000_000_000 else { return nil }
          exponent += power
          rest = ""
          continue
        default:
          digits.append(character)
          if isFraction { exponent -= 1 }
        }
        rest = rest.dropFirst()
      }
      while digits.last == UInt8(ascii: "0") {
        digits.removeLast()
        exponent += 1
      }
      digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
      if digits.isEmpty { exponent = 0 }
    }
  }
}

extension JSONCursor {
  /// Takes a number, whose first byte is at the cursor, and returns where it began.
  @inline(__always)
  mutating func takeNumber() throws(JSONError) -> Int {
    let start = position
    if base[position] == UInt8(ascii: "-") { position += 1 }
    if position < end, base[position] == UInt8(ascii: "0") {
      position += 1
      if position < end, isDigit(base[position]) {
        throw failure("a number cannot begin with 0", at: start)
      }
    } else {
      try takeDigits(expected: "a digit")
    }
    if position < end, base[position] == UInt8(ascii: ".") {
      position += 1
      try takeDigits(expected: "a digit after the decimal point")
    }
    if position < end, base[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < end, base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") {
        position += 1
      }
      try takeDigits(expected: "a digit of the exponent")
    }
    guard position - start <= limits.scalarBytes else {
      throw failure(
        "a number of \(position - start) bytes is over the limit of \(limits.scalarBytes)", at: start)
    }
    return start
  }

  @inline(__always)
  private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  private mutating func takeDigits(expected: String) throws(JSONError) {
    let start = position
    while position < end, isDigit(base[position]) { position += 1 }
    if position == start { throw unexpected(expected) }
  }
}
