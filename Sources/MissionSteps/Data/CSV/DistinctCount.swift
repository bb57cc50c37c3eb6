import Formats

/// How many different values there were, in bounded memory: exact up to 65,536, then within about 1 %.
///
/// Exact by a set of 64-bit hashes; beyond that by HyperLogLog with 2^14 registers.
struct DistinctCount {
  /// Values up to which the count is exact.
  static let exactCount = 1 << 16
  private static let bits = 14

  private var hashes: Set<UInt64> = []
  private var registers: [UInt8] = []

  /// False once the count is an estimate.
  var isExact: Bool { registers.isEmpty }

  /// Takes in a value.
  mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    let hash = Self.hash(bytes)
    guard isExact else { return register(hash) }
    hashes.insert(hash)
    guard hashes.count > Self.exactCount else { return }
    registers = [UInt8](repeating: 0, count: 1 << Self.bits)
    for hash in hashes { register(hash) }
    hashes = []
  }

  private mutating func register(_ hash: UInt64) {
    let index = Int(hash >> (64 - Self.bits))
    let rank = UInt8(min((hash << Self.bits).leadingZeroBitCount, 64 - Self.bits) + 1)
    if registers[index] < rank { registers[index] = rank }
  }

  /// The number of different values.
  var count: Int {
    guard !isExact else { return hashes.count }
    let size = Double(registers.count)
    let sum = registers.reduce(0.0) { $0 + 1 / Double(UInt64(1) << UInt64($1)) }
    return Int((0.7213 / (1 + 1.079 / size) * size * size / sum).rounded())
  }

  /// FNV-1a over eight bytes at a time, then mixed as MurmurHash3 does at its end.
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
    var index = 0
    while index + 8 <= bytes.count {
      var word: UInt64 = 0
      for offset in 0..<8 { word |= UInt64(bytes[index + offset]) << UInt64(8 * offset) }
      hash = mixed(hash ^ word)
      index += 8
    }
    while index < bytes.count {
      hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
      index += 1
    }
    return mixed(hash)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 33)) &* 0xff51_afd7_ed55_8ccd
    value = (value ^ (value >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return value ^ (value >> 33)
  }
}
