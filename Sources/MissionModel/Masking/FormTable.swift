/// Looks for many byte strings, none shorter than `SecretForms.leastBytes`, in a text at once.
///
/// The text is sampled: of the blocks of four bytes that begin at the first `stride` places of a form, one
/// lies at a place that is sampled, wherever the form begins. So only one in `stride` blocks of the text is
/// looked up, in a set of bits, and the cost hardly depends on how many forms there are.
final class FormTable: Sendable {
  /// Forms by their first block, the longest first.
  private let forms: [UInt32: [[UInt8]]]
  /// The blocks of all forms that a sample may meet.
  private let blocks: BlockFilter
  /// The first blocks of all forms.
  private let heads: BlockFilter
  /// Beginnings of forms of one to three bytes, packed: what may be the start of one at a text's end.
  private let beginnings: Set<UInt32>
  /// Bytes between two samples.
  private let stride: Int
  /// Bytes of the longest form.
  let longest: Int

  /// Bytes of a block.
  private static let blockBytes = 4
  /// Beyond this, fewer samples cost more in a larger set than they save.
  private static let mostStride = 12

  init(_ all: Set<[UInt8]>) {
    let shortest = all.reduce(Int.max) { min($0, $1.count) }
    precondition(shortest > Self.blockBytes, "a form is longer than a block")
    let stride = min(shortest - Self.blockBytes + 1, Self.mostStride)
    var forms: [UInt32: [[UInt8]]] = [:]
    var blocks = BlockFilter(capacity: all.count * stride)
    var heads = BlockFilter(capacity: all.count)
    var beginnings: Set<UInt32> = []
    for form in all.sorted(by: { $0.count > $1.count }) {
      forms[Self.key(form[0..<Self.blockBytes]), default: []].append(form)
      heads.insert(Self.key(form[0..<Self.blockBytes]))
      for start in 0..<stride { blocks.insert(Self.key(form[start..<start + Self.blockBytes])) }
      for count in 1..<Self.blockBytes { beginnings.insert(Self.key(form[0..<count])) }
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
    let last = min(bytes.count - Self.blockBytes, end + stride - 2)
    var sample = blocks.firstHit(in: bytes, from: stride - 1, upTo: last, stride: stride)
    while sample <= last {
      for place in sample - stride + 1..<min(sample + 1, end) {
        let length = formLength(at: UnsafeRawBufferPointer(rebasing: bytes[place...]))
        if length > 0 { found(place..<place + length) }
      }
      sample = blocks.firstHit(in: bytes, from: sample + stride, upTo: last, stride: stride)
    }
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
    guard bytes.count >= Self.blockBytes else { return beginnings.contains(Self.key(bytes)) }
    guard let candidates = candidates(at: bytes) else { return false }
    return candidates.contains { $0.count > bytes.count && $0.starts(with: bytes) }
  }

  private func candidates(at bytes: UnsafeRawBufferPointer) -> [[UInt8]]? {
    guard bytes.count >= Self.blockBytes else { return nil }
    let block = bytes.loadUnaligned(as: UInt32.self)
    return heads.mayContain(block) ? forms[block] : nil
  }

  /// Up to four bytes in one number, as the processor loads them; fewer have their count on top.
  private static func key(_ bytes: some Collection<UInt8>) -> UInt32 {
    var key = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if bytes.count < blockBytes { key |= UInt32(bytes.count) << 24 }
    return UInt32(littleEndian: key)
  }
}

/// A set of blocks that may say yes to one that is not in it, and never no to one that is: a Bloom filter
/// whose two bits for a block are in one word, so that a test is one load and one branch.
private struct BlockFilter: Sendable {
  private var words: [UInt64]
  /// Brings the uppermost bits of a hash down to an index of `words`.
  private let shift: UInt64

  /// With so many, a word holds four blocks, and one foreign block in 64 meets two bits that are set.
  private static let bitsPerBlock = 16

  init(capacity: Int) {
    let wanted = max(1, capacity * Self.bitsPerBlock / UInt64.bitWidth)
    let exponent = max(1, Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    words = [UInt64](repeating: 0, count: 1 << exponent)
    shift = UInt64(UInt64.bitWidth - exponent)
  }

  mutating func insert(_ block: UInt32) {
    let (index, mask) = Self.place(of: block, shift)
    words[index] |= mask
  }

  /// Whether a block may be in the set.
  func mayContain(_ block: UInt32) -> Bool {
    let (index, mask) = Self.place(of: block, shift)
    return words[index] & mask == mask
  }

  /// The first of the places `from`, `from` + `stride` … whose block may be in the set; past `last` where
  /// there is none. Does nothing else, since all bytes of all output come through here.
  func firstHit(in bytes: UnsafeRawBufferPointer, from: Int, upTo last: Int, stride: Int) -> Int {
    words.withUnsafeBufferPointer { words in
      var place = from
      while place <= last {
        let block = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        let (index, mask) = Self.place(of: block, shift)
        if words[index] & mask == mask { break }
        place &+= stride
      }
      return place
    }
  }

  /// Multiplicative hashing, by an odd number near the golden ratio's part of 2^64: the uppermost bits choose
  /// the word, others the bits in it.
  private static func place(of block: UInt32, _ shift: UInt64) -> (index: Int, mask: UInt64) {
    let hash = UInt64(block) &* 0x9E37_79B9_7F4A_7C15
    return (Int(truncatingIfNeeded: hash &>> shift), 1 &<< (hash &>> 32) | 1 &<< (hash &>> 26))
  }
}
