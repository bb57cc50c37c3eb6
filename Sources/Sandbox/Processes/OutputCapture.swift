/// The first and the last halves of what a stream held, within a bound of memory.
struct OutputCapture: Sendable {
  private let limit: Int
  private var head: [UInt8] = []
  /// The last bytes past the head, as a ring once it is full.
  private var tail: [UInt8] = []
  private var tailStart = 0
  private(set) var total = 0

  init(limit: Int) { self.limit = max(limit, 0) }

  /// Whether bytes between the halves were dropped.
  var isTruncated: Bool { total > limit }

  private var headLimit: Int { limit - tailLimit }
  private var tailLimit: Int { limit / 2 }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    total += bytes.count
    let toHead = min(bytes.count, headLimit - head.count)
    head.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<toHead]))
    appendToTail(UnsafeRawBufferPointer(rebasing: bytes[toHead...]))
  }

  private mutating func appendToTail(_ bytes: UnsafeRawBufferPointer) {
    guard tailLimit > 0, !bytes.isEmpty else { return }
    var rest = UnsafeRawBufferPointer(rebasing: bytes.suffix(tailLimit))
    let growth = min(rest.count, tailLimit - tail.count)
    tail.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<growth]))
    rest = UnsafeRawBufferPointer(rebasing: rest[growth...])
    while !rest.isEmpty {
      let run = UnsafeRawBufferPointer(rebasing: rest.prefix(tailLimit - tailStart))
      // In one go: all bytes of all output come through here.
      tail.withUnsafeMutableBytes { ring in
        UnsafeMutableRawBufferPointer(rebasing: ring[tailStart...]).copyMemory(from: run)
      }
      tailStart = (tailStart + run.count) % tailLimit
      rest = UnsafeRawBufferPointer(rebasing: rest[run.count...])
    }
  }

  /// What was kept, with a line in place of what was not.
  var bytes: [UInt8] {
    let mark = isTruncated ? "\n[… \(total - limit) bytes left out …]\n" : ""
    var bytes: [UInt8] = []
    bytes.reserveCapacity(head.count + mark.utf8.count + tail.count)
    bytes += head
    bytes += mark.utf8
    bytes += tail[tailStart...]
    bytes += tail[..<tailStart]
    return bytes
  }
}
