import Formats

/// A JSON number taken exactly, however long: sign, digits and a power of ten.
struct SchemaNumber: Hashable, Comparable, Sendable {
  private var isNegative = false
  /// The digits without zeros at either end; none for zero.
  private(set) var digits: [UInt8] = []
  /// The power of ten of the last digit.
  private(set) var exponent = 0

  /// Beyond any exponent that a comparison could tell apart from another this long.
  private static let largestExponent = 1 << 40

  /// Takes a number; nil for every other value.
  init?(_ value: JSON) {
    switch value {
    case .integer(let number): self.init(text: String(number))
    case .double(let number): self.init(text: number.description)
    case .decimal(let text): self.init(text: text)
    case .null, .bool, .string, .array, .object: return nil
    }
  }

  private init(text: String) {
    var isFraction = false
    var power = 0
    var bytes = text.utf8.makeIterator()
    var rest: [UInt8] = []
    scan: while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        while let byte = bytes.next() { rest.append(byte) }
        break scan
      default:
        digits.append(byte & 0x0f)
        if isFraction { exponent -= 1 }
      }
    }
    for byte in rest where byte >= 0x30 && byte <= 0x39 {
      power = min(power * 10 + Int(byte & 0x0f), Self.largestExponent)
    }
    exponent += rest.first == UInt8(ascii: "-") ? -power : power
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    digits = Array(digits.drop { $0 == 0 })
    if digits.isEmpty { (isNegative, exponent) = (false, 0) }
  }

  /// True for a number without a fraction, however it is written.
  var isWhole: Bool { exponent >= 0 }
  /// True for numbers above zero.
  var isPositive: Bool { !isNegative && !digits.isEmpty }

  /// The number in a form that is the same for equal numbers.
  var canonical: String {
    (isNegative ? "-" : "") + String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self) + "e\(exponent)"
  }

  static func < (left: SchemaNumber, right: SchemaNumber) -> Bool {
    if left.sign != right.sign { return left.sign < right.sign }
    return left.sign >= 0
      ? left.isSmallerInMagnitude(than: right) : right.isSmallerInMagnitude(than: left)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  private func isSmallerInMagnitude(than other: SchemaNumber) -> Bool {
    let (height, otherHeight) = (digits.count + exponent, other.digits.count + other.exponent)
    return height != otherHeight ? height < otherHeight : digits.lexicographicallyPrecedes(other.digits)
  }

  /// Most digits that a divisor may have.
  static let mostDivisorDigits = 37

  /// Whether this is a whole multiple of `divisor`, which has at most `mostDivisorDigits` digits.
  func isMultiple(of divisor: SchemaNumber) -> Bool {
    precondition(
      divisor.isPositive && divisor.digits.count <= Self.mostDivisorDigits, "checked when compiled")
    // Without zeros at its end this number cannot hold the further factors of ten that the divisor has.
    if digits.isEmpty { return true }
    if exponent < divisor.exponent { return false }
    let modulus = divisor.digits.reduce(UInt128(0)) { $0 * 10 + UInt128($1) }
    let mantissa = digits.reduce(UInt128(0)) { ($0 * 10 + UInt128($1)) % modulus }
    let scale = Self.power(of: 10, exponent - divisor.exponent, modulo: modulus)
    return Self.product(mantissa, scale, modulo: modulus) == 0
  }

  private static func power(of number: UInt128, _ exponent: Int, modulo modulus: UInt128) -> UInt128 {
    var (result, factor, rest) = (1 % modulus, number % modulus, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, factor, modulo: modulus) }
      factor = product(factor, factor, modulo: modulus)
      rest >>= 1
    }
    return result
  }

  private static func product(_ left: UInt128, _ right: UInt128, modulo modulus: UInt128) -> UInt128 {
    let full = left.multipliedFullWidth(by: right)
    return modulus.dividingFullWidth((full.high % modulus, full.low)).remainder
  }
}

extension SchemaNumber {
  /// Compares two numbers; quickly where both are of one common kind.
  static func areInOrder(_ left: JSON, _ right: JSON, orEqual: Bool) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): return orEqual ? left <= right : left < right
    case (.double(let left), .double(let right)): return orEqual ? left <= right : left < right
    default:
      guard let left = SchemaNumber(left), let right = SchemaNumber(right) else { return true }
      return orEqual ? left <= right : left < right
    }
  }
}
