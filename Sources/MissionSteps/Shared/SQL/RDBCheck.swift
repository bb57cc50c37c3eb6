/// Checks a dump of Redis as it passes: that it begins as one, and that its checksum is right.
package struct RDBCheck: Sendable {
  /// Bytes that the checksum itself takes, at the end.
  private static let tail = 8
  /// CRC-64 of Jones' polynomial, mirrored, byte by byte.
  private static let table: [UInt64] = (0..<256).map { byte in
    (0..<8).reduce(UInt64(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x95AC_9329_AC4B_C9B5 : sum >> 1 }
  }

  private var sum: UInt64 = 0
  private var head: [UInt8] = []
  private var last: [UInt8] = []

  /// Begins with nothing.
  package init() {}

  /// Takes the next bytes.
  package mutating func add(_ bytes: [UInt8]) {
    if head.count < 9 { head += bytes.prefix(9 - head.count) }
    last += bytes
    guard last.count > Self.tail else { return }
    let count = last.count - Self.tail
    for byte in last[..<count] { sum = Self.table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
    last.removeFirst(count)
  }

  /// The checksum of everything but the last eight bytes.
  package var checksum: UInt64 { sum }

  /// True if what passed is a whole dump. A server that makes no checksums writes zero.
  package var isWhole: Bool {
    guard head.starts(with: "REDIS".utf8), last.count == Self.tail else { return false }
    let written = last.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return written == 0 || written == sum
  }
}
