import Formats

/// The number that a cell spells, exact where it is a whole one.
enum CellNumber: Equatable {
  case integer(Int64)
  case double(Double)

  /// Reads what JSON would read as a number, also with `+`, leading zeros, or no digit on one side of `.`.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard !text.isEmpty, text.count <= 400 else { return nil }
    var index = 0
    let isNegative = text[0] == UInt8(ascii: "-")
    if isNegative || text[0] == UInt8(ascii: "+") { index = 1 }
    var (mantissa, digits, scale, hasDigits, isWhole): (UInt64, Int, Int, Bool, Bool) = (0, 0, 0, false, true)
    while index < text.count {
      let byte = text[index] &- 0x30
      if byte < 10 {
        mantissa = mantissa &* 10 &+ UInt64(byte)
        if mantissa > 0 { digits += 1 }
        if !isWhole { scale += 1 }
        hasDigits = true
      } else if text[index] == UInt8(ascii: "."), isWhole {
        isWhole = false
      } else {
        break
      }
      index += 1
    }
    guard hasDigits else { return nil }
    if index < text.count {
      guard Self.isExponent(text, from: index) else { return nil }
      (isWhole, scale) = (false, Int.max)
    }
    if isWhole, digits <= 18 {
      self = .integer(isNegative ? -Int64(mantissa) : Int64(mantissa))
    } else if digits <= 15, scale < Self.powers.count {
      // One correctly rounded operation on exact operands.
      let magnitude = Double(mantissa) / Self.powers[scale]
      self = .double(isNegative ? -magnitude : magnitude)
    } else {
      let written = String(decoding: text, as: UTF8.self)
      if isWhole, let exact = Int64(written) {
        self = .integer(exact)
      } else if let value = Double(written), value.isFinite {
        self = .double(value)
      } else {
        return nil
      }
    }
  }

  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  private static func isExponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    guard text[start] | 0x20 == UInt8(ascii: "e") else { return false }
    var index = start + 1
    if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
    return index < text.count && text[index...].allSatisfy { $0 &- 0x30 < 10 }
  }

  /// Reads a number that a mission gives.
  init?(_ value: JSON) {
    switch value {
    case .integer(let number): self = .integer(number)
    case .double(let number): self = .double(number)
    case .decimal(let text), .string(let text):
      let number = Array(text.utf8).withUnsafeBufferPointer { CellNumber($0) }
      guard let number else { return nil }
      self = number
    case .null, .bool, .array, .object: return nil
    }
  }

  /// The nearest double.
  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .double(let value): value
    }
  }

  /// As outputs show it: whole numbers without a point.
  var json: JSON {
    switch self {
    case .integer(let value): .integer(value)
    case .double(let value): .double(value)
    }
  }

  static func < (left: CellNumber, right: CellNumber) -> Bool {
    if case .integer(let left) = left, case .integer(let right) = right { return left < right }
    return left.double < right.double
  }

  /// Equality of values: `1` is `1.0`.
  func equals(_ other: CellNumber) -> Bool {
    if case .integer(let left) = self, case .integer(let right) = other { return left == right }
    return double == other.double
  }
}
