import Formats

/// How many different values there were, in bounded memory: exact up to 65,536, then within about 1 %.
///
/// Exact by a table of 64-bit hashes; beyond that by HyperLogLog with 2^14 registers.
struct DistinctCount {
  /// Values up to which the count is exact in the usual room, and the least there is.
  static let exactCount = 1 << 16
  private static let leastExactCount = 1 << 10
  private static let bits = 14

  private let exactCount: Int
  /// Hashes, each at the first free place from where its bits point; zero is a free place. The size is
  /// a power of two, and half of it stays free.
  private var table = [UInt64](repeating: 0, count: 64)
  private var taken = 0
  private var registers: [UInt8] = []

  /// Holds nothing yet; the usual room is halved so often.
  init(halvings: Int = 0) { exactCount = max(Self.exactCount >> halvings, Self.leastExactCount) }

  /// False once the count is an estimate.
  var isExact: Bool { registers.isEmpty }

  /// Takes in a value.
  mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    let hash = Self.hash(bytes)
    guard isExact else { return register(hash) }
    guard insert(hash) else { return }
    taken += 1
    if taken > exactCount {
      registers = [UInt8](repeating: 0, count: 1 << Self.bits)
      for hash in table where hash != 0 { register(hash) }
      table = []
    } else if taken * 2 > table.count {
      let old = table
      table = [UInt64](repeating: 0, count: old.count * 2)
      for hash in old where hash != 0 { _ = insert(hash) }
    }
  }

  /// False where the hash is there already.
  private mutating func insert(_ hash: UInt64) -> Bool {
    let mask = table.count - 1
    var place = Int(hash >> 20) & mask
    while table[place] != 0 {
      if table[place] == hash { return false }
      place = (place + 1) & mask
    }
    table[place] = hash
    return true
  }

  private mutating func register(_ hash: UInt64) {
    let index = Int(hash >> (64 - Self.bits))
    let rank = UInt8(min((hash << Self.bits).leadingZeroBitCount, 64 - Self.bits) + 1)
    if registers[index] < rank { registers[index] = rank }
  }

  /// The number of different values.
  var count: Int {
    guard !isExact else { return taken }
    let size = Double(registers.count)
    let sum = registers.reduce(0.0) { $0 + 1 / Double(UInt64(1) << UInt64($1)) }
    let estimate = 0.7213 / (1 + 1.079 / size) * size * size / sum
    let free = registers.count { $0 == 0 }
    // Of few values the registers that are still free tell more (Flajolet and others, 2007).
    guard estimate <= 2.5 * size, free > 0 else { return Int(estimate.rounded()) }
    return Int((size * Self.naturalLogarithm(of: size / Double(free))).rounded())
  }

  /// ln(2^e · m) = e · ln 2 + 2 artanh((m − 1) / (m + 1)), where m lies in 1..<2 and few terms do.
  private static func naturalLogarithm(of value: Double) -> Double {
    let part = (value.significand - 1) / (value.significand + 1)
    var (sum, power) = (0.0, part)
    for term in stride(from: 1, through: 15, by: 2) {
      sum += power / Double(term)
      power *= part * part
    }
    return Double(value.exponent) * 0.693_147_180_559_945_3 + 2 * sum
  }

  /// Eight bytes at a time, mixed as MurmurHash3 does at its end; never zero.
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(raw.count)
    var index = 0
    while index + 8 <= raw.count {
      hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    var rest: UInt64 = 0
    if index + 4 <= raw.count {
      rest = UInt64(raw.loadUnaligned(fromByteOffset: index, as: UInt32.self))
      index += 4
    }
    while index < raw.count {
      rest = rest << 8 | UInt64(raw[index])
      index += 1
    }
    return mixed(hash ^ rest) | 1
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 33)) &* 0xff51_afd7_ed55_8ccd
    value = (value ^ (value >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return value ^ (value >> 33)
  }
}
