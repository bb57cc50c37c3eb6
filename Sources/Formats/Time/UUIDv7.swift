/// An id that sorts by the time it was made (RFC 9562 §5.7): 48 bits of milliseconds, then chance.
package struct UUIDv7: Sendable, Hashable {
  private let high: UInt64
  private let low: UInt64

  fileprivate init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes an id of `timestamp` and 74 of the 80 bits of `random`, which the caller draws.
  package init(_ timestamp: Timestamp, random: (UInt16, UInt64)) {
    self.init(timestamp, sequence: random.0 & 0xFFF, random: random.1)
  }

  fileprivate init(_ timestamp: Timestamp, sequence: UInt16, random: UInt64) {
    let milliseconds = UInt64(clamping: timestamp.milliseconds) & 0xFFFF_FFFF_FFFF
    high = milliseconds << 16 | 0x7000 | UInt64(sequence)
    low = random & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
  }

  /// When it was made, to the millisecond.
  package var timestamp: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }

  /// Its 16 bytes, most significant first.
  package var bytes: [UInt8] {
    [high, low].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  /// Reads the 16 bytes of an id; nil for another count, version or variant.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    let high = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let low = bytes.dropFirst(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard high >> 12 & 0xF == 7, low >> 62 == 2 else { return nil }
    self.init(high: high, low: low)
  }

  /// Reads the text form, in either case; nil for anything else.
  package init?(_ text: String) {
    let utf8 = Array(text.utf8)
    guard utf8.count == 36 else { return nil }
    for place in [8, 13, 18, 23] where utf8[place] != UInt8(ascii: "-") { return nil }
    let digits = utf8.enumerated().filter { ![8, 13, 18, 23].contains($0.offset) }.map(\.element)
    guard let bytes = Hex.decode(String(decoding: digits, as: UTF8.self)) else { return nil }
    self.init(bytes: bytes)
  }
}

extension UUIDv7: Comparable {
  /// Orders ids as their bytes and their texts are ordered.
  package static func < (left: UUIDv7, right: UUIDv7) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension UUIDv7: CustomStringConvertible {
  /// The text form, lower case: `0196a4c0-1b2d-7e3f-8a4b-5c6d7e8f9a0b`.
  package var description: String {
    let digits = Hex.encode(bytes)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}

/// Makes ids that ascend even within one millisecond and when the clock steps back (RFC 9562 §6.2, method 1).
package struct UUIDv7Sequence: Sendable {
  private var millisecond: Int64 = 0
  private var counter: UInt16 = 0

  /// Starts a sequence; one process needs one.
  package init() {}

  /// The next id: of `now`, or of a moment ago's millisecond if the clock has not moved on since.
  ///
  /// The counter of a fresh millisecond starts in the lower half of its 12 bits; when it is used up, the next
  /// millisecond is begun early.
  package mutating func next(at now: Timestamp, random: (UInt16, UInt64)) -> UUIDv7 {
    if now.milliseconds > millisecond {
      millisecond = now.milliseconds
      counter = random.0 & 0x7FF
    } else if counter == 0xFFF {
      millisecond += 1
      counter = random.0 & 0x7FF
    } else {
      counter += 1
    }
    return UUIDv7(Timestamp(milliseconds: millisecond), sequence: counter, random: random.1)
  }
}
