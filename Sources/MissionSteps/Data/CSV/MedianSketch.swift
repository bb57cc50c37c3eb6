/// The median of numbers in bounded memory: exact up to a quarter of a million, then near.
///
/// A compactor hierarchy: of a full level, sorted, every other number goes up and stands for two. Once that
/// has begun one number of eight stands for all of them, chosen by chance, since sorting costs more than all
/// the rest: of ten million numbers the place of the median is then off by some 0.1 %.
struct MedianSketch {
  /// Numbers up to which the median is exact in the usual room, and the least there is.
  static let exactCount = 1 << 18
  private static let leastExactCount = 1 << 11
  /// Of a full level, likewise.
  private static let width = 1 << 13
  private static let leastWidth = 1 << 8
  /// Where one of eight goes.
  private static let sampleLevel = 3

  private let exactCount: Int
  private let width: Int
  private var levels: [[Double]] = [[]]
  private(set) var isExact = true
  /// Whether odd or even places go up next: in turns, so that errors cancel.
  private var takesOdd = false
  /// Of the next eight numbers: how many came, and which one is taken.
  private var position = 0
  private var chosen = 0
  private var chance: UInt64 = 1

  /// Holds nothing yet; the usual room is halved so often.
  init(halvings: Int = 0) {
    exactCount = max(Self.exactCount >> halvings, Self.leastExactCount)
    width = max(Self.width >> halvings, Self.leastWidth)
  }

  /// Takes in a number.
  mutating func add(_ value: Double) {
    guard !isExact else {
      levels[0].append(value)
      if levels[0].count == exactCount { compact(from: 0) }
      return
    }
    if position == chosen { levels[Self.sampleLevel].append(value) }
    position += 1
    if position == 1 << Self.sampleLevel { endSample() }
  }

  private mutating func endSample() {
    position = 0
    // A linear congruence (Knuth): the same numbers give the same median each time.
    chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    chosen = Int(chance >> (64 - UInt64(Self.sampleLevel)))
    if levels[Self.sampleLevel].count >= width { compact(from: Self.sampleLevel) }
  }

  private mutating func compact(from first: Int) {
    isExact = false
    var level = first
    while level < levels.count, levels[level].count >= width {
      let sorted = levels[level].sorted()
      if level + 1 == levels.count { levels.append([]) }
      for index in stride(from: takesOdd ? 1 : 0, to: sorted.count, by: 2) {
        levels[level + 1].append(sorted[index])
      }
      levels[level].removeAll(keepingCapacity: level > 0)
      takesOdd.toggle()
      level += 1
    }
  }

  /// The number in the middle, or the mean of the two there; nil of nothing.
  var median: Double? {
    var weighted: [(value: Double, weight: Int)] = []
    for (level, values) in levels.enumerated() { weighted += values.map { ($0, 1 << level) } }
    guard !weighted.isEmpty else { return nil }
    weighted.sort { $0.value < $1.value }
    let total = weighted.reduce(0) { $0 + $1.weight }
    let low = Self.value(at: (total - 1) / 2, in: weighted)
    let high = Self.value(at: total / 2, in: weighted)
    return low == high ? low : low + (high - low) / 2
  }

  private static func value(at rank: Int, in weighted: [(value: Double, weight: Int)]) -> Double {
    var seen = 0
    for (value, weight) in weighted {
      seen += weight
      if rank < seen { return value }
    }
    return weighted[weighted.count - 1].value
  }
}
