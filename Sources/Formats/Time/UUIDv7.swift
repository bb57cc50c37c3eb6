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
}

extension UUIDv7: CustomStringConvertible {
  /// The text form, lower case: `0196a4c0-1b2d-7e3f-8a4b-5c6d7e8f9a0b`.
  package var description: String {
    String(unsafeUninitializedCapacity: 36) { text in
      var end = 0
      for digit in 0..<32 {
        if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
          text[end] = UInt8(ascii: "-")
          end += 1
        }
        let word = digit < 16 ? high : low
        let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - digit % 16 * 4)) & 15
        text[end] = (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10) + value
        end += 1
      }
      return end
    }
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
