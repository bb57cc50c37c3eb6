/// Forms of like length, and the search for them.
///
/// The text is sampled: of the blocks that begin at the first `stride` places of a form, one lies at a place
/// that is sampled, wherever the form begins. So only one in `stride` blocks of the text is looked up, in a
/// set of bits, and the cost hardly depends on how many forms there are. Where all forms are long, blocks are
/// wide: hardly one of a text is by chance in the set then, however large that is, and samples lie far apart.
struct FormGroup: Sendable {
  /// Forms by their first bytes, the longest first.
  private let forms: [UInt64: [[UInt8]]]
  /// The blocks of all forms that a sample may meet.
  private let blocks: BlockFilter
  /// The first bytes of all forms.
  private let heads: BlockFilter
  /// Beginnings of forms of one to three bytes, each with its length: what may be the start of one at the end
  /// of a text.
  private let beginnings: Set<UInt64>
  /// Bytes between two samples.
  private let stride: Int
  private let block: Block

  /// How many bytes are looked up at once: the fewer, the farther apart short forms may be sampled, and the
  /// more of a text is in the set by chance.
  private enum Block: Int {
    case three = 3
    case four = 4
    case eight = 8
  }

  /// From this length on forms are long.
  static let leastLongBytes = 20
  /// From this length on, samples of wider blocks are far enough apart.
  static let leastMiddlingBytes = 12
  /// Beyond this, fewer samples cost more in a larger set than they save; of short and of long forms.
  private static let (mostShortStride, mostLongStride) = (12, 24)
  /// Bytes of a form by which it is looked up.
  private static let headBytes = 4

  /// Prepares the search for forms, of which there is at least one.
  init(_ all: Set<[UInt8]>) {
    let shortest = all.reduce(Int.max) { min($0, $1.count) }
    precondition(shortest > Self.headBytes, "a form is longer than a block")
    let isLong = shortest >= Self.leastLongBytes
    let block: Block = isLong ? .eight : shortest >= Self.leastMiddlingBytes ? .four : .three
    let stride = min(shortest - block.rawValue + 1, isLong ? Self.mostLongStride : Self.mostShortStride)
    var forms: [UInt64: [[UInt8]]] = [:]
    var blocks = BlockFilter(capacity: all.count * stride)
    var heads = BlockFilter(capacity: all.count)
    var beginnings: Set<UInt64> = []
    for form in all.sorted(by: { $0.count > $1.count }) {
      let head = Self.key(form[0..<Self.headBytes])
      forms[head, default: []].append(form)
      heads.insert(head)
      for start in 0..<stride { blocks.insert(Self.key(form[start..<start + block.rawValue])) }
      for count in 1..<Self.headBytes { beginnings.insert(Self.beginning(form[0..<count])) }
    }
    self.forms = forms
    self.blocks = blocks
    self.heads = heads
    self.beginnings = beginnings
    self.stride = stride
    self.block = block
  }

  /// Calls `found` for the longest form at each place of `bytes` before `end` where one begins, in order.
  func search(_ bytes: UnsafeRawBufferPointer, before end: Int, found: (Range<Int>) -> Void) {
    // A sample decides on the places from behind the one before it on.
    let last = min(bytes.count - block.rawValue, end + stride - 2)
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
    switch block {
    case .three:
      // Loaded with the byte before them: behind them the text may end.
      blocks.firstHit(from: from, upTo: last, stride: stride) { place in
        UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place &- 1, as: UInt32.self)) &>> 8)
      }
    case .four:
      blocks.firstHit(from: from, upTo: last, stride: stride) { place in
        UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
      }
    case .eight:
      blocks.firstHit(from: from, upTo: last, stride: stride) { place in
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      }
    }
  }

  /// Bytes of the longest form that `bytes` begins with; 0 where there is none.
  private func formLength(at bytes: UnsafeRawBufferPointer) -> Int {
    guard bytes.count >= Self.headBytes else { return 0 }
    let head = Self.head(of: bytes, at: 0)
    guard heads.mayContain(head), let candidates = forms[head] else { return 0 }
    return candidates.first { bytes.starts(with: $0) }?.count ?? 0
  }

  /// The first place of `bytes`, from `start` on, from which all the rest may go on as a form longer than it
  /// is; their end where there is none.
  func firstOpenPlace(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let last = bytes.count - Self.headBytes
    var place = start
    while place <= last {
      // Every piece of all output ends with this search, so it looks at nothing but the filter.
      place = heads.firstHit(from: place, upTo: last, stride: 1) { Self.head(of: bytes, at: $0) }
      guard place <= last else { break }
      let rest = bytes[place...]
      let candidates = forms[Self.head(of: bytes, at: place)] ?? []
      if candidates.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) { return place }
      place += 1
    }
    return (place..<bytes.count).first { beginnings.contains(Self.beginning(bytes[$0...])) } ?? bytes.count
  }

  private static func head(of bytes: UnsafeRawBufferPointer, at place: Int) -> UInt64 {
    UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
  }

  /// A beginning of up to three bytes and its length in one number.
  private static func beginning(_ bytes: some Collection<UInt8>) -> UInt64 {
    key(bytes) | UInt64(bytes.count) << 32
  }

  /// Up to eight bytes in one number, as the processor loads them.
  private static func key(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }
}
