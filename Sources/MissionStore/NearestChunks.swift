import MissionModel

/// The chunks that may be among the nearest, as codes go by: each has a least and a most that it may score.
struct NearestChunks: Sendable {
  private let limit: Int
  /// The `limit` best of the least scores: a heap, its smallest in front.
  private var floors: [Double] = []
  /// Whoever may still be among the best, and some who turned out not to be.
  private var candidates: [(key: Int64, most: Double)] = []

  /// Keeps who may be among the `limit` best, of those who may reach `threshold`.
  init(limit: Int, threshold: Double?) {
    self.limit = limit
    bar = threshold ?? -.infinity
  }

  /// What a chunk must be able to score to come into question.
  private(set) var bar: Double

  /// The keys that are left.
  var keys: [Int64] { candidates.filter { $0.most >= bar }.map(\.key) }

  /// Takes note of a chunk that scores between `least` and `most`.
  mutating func note(_ key: Int64, least: Double, most: Double) {
    guard most >= bar else { return }
    candidates.append((key, most))
    if floors.count < limit {
      floors.append(least)
      rise(from: floors.count - 1)
    } else if least > floors[0] {
      floors[0] = least
      sink()
    }
    if floors.count == limit { bar = max(bar, floors[0]) }
    if candidates.count > 16 * limit + 4096 {
      let bar = bar
      candidates.removeAll { $0.most < bar }
    }
  }

  private mutating func rise(from place: Int) {
    var child = place
    while child > 0, floors[child] < floors[(child - 1) / 2] {
      floors.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < floors.count && floors[child] < floors[smallest] {
        smallest = child
      }
      guard smallest != parent else { return }
      floors.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
