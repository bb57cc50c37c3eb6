/// Looks for many byte strings, none shorter than `SecretForms.leastBytes`, in a text at once.
///
/// The text is sampled: of the blocks that begin at the first `stride` places of a form, one lies at a place
/// that is sampled, wherever the form begins. So only one in `stride` blocks of the text is looked up, in a
/// set of bits, and the cost hardly depends on how many forms there are. Where all forms are long, blocks are
/// wide: hardly one of a text is by chance in the set then, however large that is, and samples lie far apart.
final class FormTable: Sendable {
  /// Forms by their first bytes, the longest first.
  private let forms: [UInt64: [[UInt8]]]
  /// The blocks of all forms that a sample may meet.
  private let blocks: BlockFilter
  /// The first bytes of all forms.
  private let heads: BlockFilter
  /// Beginnings of forms of one to three bytes, packed: what may be the start of one at a text's end.
  private let beginnings: Set<UInt64>
  /// Bytes between two samples.
  private let stride: Int
  /// Whether blocks have eight bytes instead of four.
  private let isWide: Bool
  /// Bytes of the longest form.
  let longest: Int

  /// Bytes of a form by which it is looked up.
  private static let headBytes = 4
  /// Beyond this, fewer samples cost more in a larger set than they save; of narrow and of wide blocks.
  private static let (mostNarrowStride, mostWideStride) = (12, 24)

  init(_ all: Set<[UInt8]>) {
    let shortest = all.reduce(Int.max) { min($0, $1.count) }
    precondition(shortest > Self.headBytes, "a form is longer than a block")
    let wideStride = min(shortest - 8 + 1, Self.mostWideStride)
    isWide = wideStride > Self.mostNarrowStride
    let (stride, width) = isWide ? (wideStride, 8) : (min(shortest - 4 + 1, Self.mostNarrowStride), 4)
    var forms: [UInt64: [[UInt8]]] = [:]
    var blocks = BlockFilter(capacity: all.count * stride)
    var heads = BlockFilter(capacity: all.count)
    var beginnings: Set<UInt64> = []
    for form in all.sorted(by: { $0.count > $1.count }) {
      let head = Self.key(form[0..<Self.headBytes])
      forms[head, default: []].append(form)
      heads.insert(head)
      for start in 0..<stride { blocks.insert(Self.key(form[start..<start + width])) }
      for count in 1..<Self.headBytes { beginnings.insert(Self.key(form[0..<count])) }
    }
    longest = all.reduce(0) { max($0, $1.count) }
    self.forms = forms
    self.blocks = blocks
    self.heads = heads
    self.beginnings = beginnings
    self.stride = stride
  }

  /// All forms.
  var all: Set<[UInt8]> { Set(forms.values.joined()) }

  /// Calls `found` for the longest form at each place of `bytes` before `end` where one begins, in order.
  func search(_ bytes: UnsafeRawBufferPointer, before end: Int, found: (Range<Int>) -> Void) {
    // A sample decides on the places from behind the one before it on.
    let last = min(bytes.count - (isWide ? 8 : 4), end + stride - 2)
    var sample = firstHit(in: bytes, from: stride - 1, upTo: last)
    while sample <= last {
      for place in sample - stride + 1..<min(sample + 1, end) {
        let length = formLength(at: UnsafeRawBufferPointer(rebasing: bytes[place...]))
        if length > 0 { found(place..<place + length) }
      }
      sample = firstHit(in: bytes, from: sample + stride, upTo: last)
    }
  }

  private func firstHit(in bytes: UnsafeRawBufferPointer, from: Int, upTo last: Int) -> Int {
    isWide
      ? blocks.firstHit(of: UInt64.self, in: bytes, from: from, upTo: last, stride: stride)
      : blocks.firstHit(of: UInt32.self, in: bytes, from: from, upTo: last, stride: stride)
  }

  /// Bytes of the longest form that `bytes` begins with; 0 where there is none.
  private func formLength(at bytes: UnsafeRawBufferPointer) -> Int {
    guard let candidates = candidates(at: bytes) else { return 0 }
    for form in candidates where form.count <= bytes.count {
      if form.elementsEqual(bytes[..<form.count]) { return form.count }
    }
    return 0
  }

  /// Whether `bytes`, at the end of a text, may go on as a form longer than they are.
  func mayGoOn(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= Self.headBytes else { return beginnings.contains(Self.key(bytes)) }
    guard let candidates = candidates(at: bytes) else { return false }
    return candidates.contains { $0.count > bytes.count && $0.starts(with: bytes) }
  }

  private func candidates(at bytes: UnsafeRawBufferPointer) -> [[UInt8]]? {
    guard bytes.count >= Self.headBytes else { return nil }
    let head = UInt64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    return heads.mayContain(head) ? forms[head] : nil
  }

  /// Up to eight bytes in one number, as the processor loads them; under four have their count above them.
  private static func key(_ bytes: some Collection<UInt8>) -> UInt64 {
    let key = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return bytes.count < headBytes ? key | UInt64(bytes.count) << 32 : key
  }
}

/// A set of blocks that may say yes to one that is not in it, and never no to one that is: a Bloom filter
/// whose two bits for a block are in one word, so that a test is one load and one branch. What passes it is
/// looked up in a second one.
private struct BlockFilter: Sendable {
  private var words: [UInt64]
  private var second: [UInt64]
  /// Brings the uppermost bits of a hash down to an index of `words`.
  private let shift: UInt64

  /// With so many, a word holds four blocks, and one foreign block in 64 meets two bits that are set.
  private static let bitsPerBlock = 16

  init(capacity: Int) {
    let wanted = max(1, capacity * Self.bitsPerBlock / UInt64.bitWidth)
    let exponent = max(1, Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    words = [UInt64](repeating: 0, count: 1 << exponent)
    second = words
    shift = UInt64(UInt64.bitWidth - exponent)
  }

  mutating func insert(_ block: UInt64) {
    let (index, mask) = Self.place(of: block, shift)
    words[index] |= mask
    let (place, bits) = Self.place(of: Self.scrambled(block), shift)
    second[place] |= bits
  }

  /// Whether a block may be in the set.
  func mayContain(_ block: UInt64) -> Bool {
    let (index, mask) = Self.place(of: block, shift)
    return words[index] & mask == mask && isConfirmed(block)
  }

  private func isConfirmed(_ block: UInt64) -> Bool {
    let (index, mask) = Self.place(of: Self.scrambled(block), shift)
    return second[index] & mask == mask
  }

  /// The first of the places `from`, `from` + `stride` … whose block may be in the set; past `last` where
  /// there is none. Does nothing else, since all bytes of all output come through here.
  func firstHit<Block: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    of: Block.Type, in bytes: UnsafeRawBufferPointer, from: Int, upTo last: Int, stride: Int
  ) -> Int {
    words.withUnsafeBufferPointer { words in
      var place = from
      while place <= last {
        let block = UInt64(Block(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Block.self)))
        let (index, mask) = Self.place(of: block, shift)
        if words[index] & mask == mask, isConfirmed(block) { break }
        place &+= stride
      }
      return place
    }
  }

  /// Another number for each block: two that share a place in the first filter share none in the second.
  private static func scrambled(_ block: UInt64) -> UInt64 {
    (block ^ block &>> 29) &* 0xBF58_476D_1CE4_E5B9 &+ 1
  }

  /// Multiplicative hashing, by an odd number near the golden ratio's part of 2^64: the uppermost bits choose
  /// the word, others the bits in it.
  private static func place(of block: UInt64, _ shift: UInt64) -> (index: Int, mask: UInt64) {
    let hash = block &* 0x9E37_79B9_7F4A_7C15
    return (Int(truncatingIfNeeded: hash &>> shift), 1 &<< (hash &>> 32) | 1 &<< (hash &>> 26))
  }
}
