extension Timestamp: CustomStringConvertible {
  private static let millisecondsPerDay: Int64 = 86_400_000

  /// RFC 3339 in UTC with milliseconds: `2025-03-01T12:30:45.678Z`.
  package var description: String { String(decoding: rfc3339, as: UTF8.self) }

  /// The same text as ASCII bytes, for those who write many.
  ///
  /// The year must be within 0…9999.
  package var rfc3339: [UInt8] {
    let days = milliseconds.dividedDown(by: Self.millisecondsPerDay)
    let date = CivilDate(daysSinceEpoch: Int(days))
    precondition((0...9999).contains(date.year), "RFC 3339 has no year \(date.year)")
    let rest = Int(milliseconds - days * Self.millisecondsPerDay)
    let separators = Array("0000-00-00T00:00:00.000Z".utf8)
    return [UInt8](unsafeUninitializedCapacity: separators.count) { text, count in
      _ = text.initialize(from: separators)
      Self.put(date.year, in: text, at: 0, digits: 4)
      Self.put(date.month, in: text, at: 5, digits: 2)
      Self.put(date.day, in: text, at: 8, digits: 2)
      Self.put(rest / 3_600_000, in: text, at: 11, digits: 2)
      Self.put(rest / 60_000 % 60, in: text, at: 14, digits: 2)
      Self.put(rest / 1000 % 60, in: text, at: 17, digits: 2)
      Self.put(rest % 1000, in: text, at: 20, digits: 3)
      count = separators.count
    }
  }

  private static func put(_ number: Int, in text: UnsafeMutableBufferPointer<UInt8>, at: Int, digits: Int) {
    var rest = number
    for index in stride(from: at + digits - 1, through: at, by: -1) {
      text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  /// Reads RFC 3339 with any offset and any number of decimals, which are cut to milliseconds; nil otherwise.
  ///
  /// A leap second (`:60`) is read as the second after it.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
      let day = Self.number(bytes[8..<10]), let date = CivilDate(year: year, month: month, day: day),
      let hour = Self.number(bytes[11..<13]), hour < 24, let minute = Self.number(bytes[14..<16]),
      minute < 60,
      let second = Self.number(bytes[17..<19]), second <= 60
    else { return nil }
    var index = 19
    var fraction = 0
    if bytes[index] == UInt8(ascii: ".") {
      let digits = bytes[(index + 1)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
      guard !digits.isEmpty else { return nil }
      index = digits.endIndex
      for place in 0..<3 {
        fraction = fraction * 10 + (place < digits.count ? Int(digits[digits.startIndex + place] - 0x30) : 0)
      }
    }
    guard let offset = Self.offset(bytes[index...]) else { return nil }
    let seconds =
      Int64(date.daysSinceEpoch) * 86400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset)
    self.init(milliseconds: seconds * 1000 + Int64(fraction))
  }

  /// The seconds that `Z`, `+hh:mm` or `-hh:mm` stands for.
  private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
    let text = Array(bytes)
    if text.count == 1, text[0] | 0x20 == UInt8(ascii: "z") { return 0 }
    guard text.count == 6, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
      text[3] == UInt8(ascii: ":"), let hours = number(text[1..<3]), hours < 24,
      let minutes = number(text[4..<6]), minutes < 60
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    return text[0] == UInt8(ascii: "-") ? -seconds : seconds
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      value = value * 10 + Int(digit - 0x30)
    }
    return value
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity, so that times before 1970 fall on the right day.
  fileprivate func dividedDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
