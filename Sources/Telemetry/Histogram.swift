/// Counts observations by size, in buckets that are fixed when it is made.
package struct Histogram: Sendable, Equatable {
  /// Upper bounds of the buckets, rising; observations above the last are counted in one more.
  package let bounds: [Double]
  /// Observations by bucket, not cumulative; one more than there are bounds.
  package private(set) var counts: [Int]
  /// The sum of all observations.
  package private(set) var sum = 0.0

  /// Makes an empty histogram. Bounds that do not rise are a programmer error.
  package init(bounds: [Double]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "the bounds of a histogram rise")
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// The number of observations.
  package var count: Int { counts.reduce(0, +) }

  /// Counts one observation.
  package mutating func observe(_ value: Double) {
    var bucket = 0
    while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
    counts[bucket] += 1
    sum += value
  }
}
