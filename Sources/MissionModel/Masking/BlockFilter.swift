/// A set of blocks of up to eight bytes that may say yes to one that is not in it, and never no to one that
/// is: a Bloom filter of one bit a block, so that a test is one load and one branch. What passes it is looked
/// up in a second one.
struct BlockFilter: Sendable {
  private var words: [UInt64]
  private var second: [UInt64]
  /// Brings the uppermost bits of a hash down to the number of a bit.
  private let shift: UInt64

  /// With so many, one foreign block in 16 meets a bit that is set.
  private static let bitsPerBlock = 16
  /// 8 KiB, which stay in the processor's nearest cache.
  private static let leastBits = 1 << 16

  /// Makes an empty set with room for `capacity` blocks.
  init(capacity: Int) {
    let wanted = max(Self.leastBits, capacity * Self.bitsPerBlock)
    let exponent = Int.bitWidth - (wanted - 1).leadingZeroBitCount
    words = [UInt64](repeating: 0, count: (1 << exponent) / UInt64.bitWidth)
    second = words
    shift = UInt64(UInt64.bitWidth - exponent)
  }

  /// Puts a block into the set.
  mutating func insert(_ block: UInt64) {
    let place = place(of: block)
    words[place.index] |= place.bit
    let other = self.place(of: Self.scrambled(block))
    second[other.index] |= other.bit
  }

  /// Whether a block may be in the set.
  func mayContain(_ block: UInt64) -> Bool {
    let place = place(of: block)
    return words[place.index] & place.bit != 0 && isConfirmed(block)
  }

  private func isConfirmed(_ block: UInt64) -> Bool {
    let place = place(of: Self.scrambled(block))
    return second[place.index] & place.bit != 0
  }

  /// The first of the places `from`, `from` + `stride` … of which `block` gives one that may be in the set;
  /// past `last` where there is none. Does nothing else, since all bytes of all output come through here.
  func firstHit(from: Int, upTo last: Int, stride: Int, block: (Int) -> UInt64) -> Int {
    words.withUnsafeBufferPointer { words in
      var place = from
      while place <= last {
        let block = block(place)
        let found = self.place(of: block)
        if words[found.index] & found.bit != 0, isConfirmed(block) { break }
        place &+= stride
      }
      return place
    }
  }

  /// Another number for each block: two that share a bit of the first filter share none of the second.
  private static func scrambled(_ block: UInt64) -> UInt64 {
    (block ^ block &>> 29) &* 0xBF58_476D_1CE4_E5B9 &+ 1
  }

  /// Multiplicative hashing, by an odd number near the golden ratio's part of 2^64.
  private func place(of block: UInt64) -> (index: Int, bit: UInt64) {
    let number = (block &* 0x9E37_79B9_7F4A_7C15) &>> shift
    return (Int(truncatingIfNeeded: number &>> 6), 1 &<< number)
  }
}
