package import MissionModel

/// The order in which steps could run one after another, and the waves that could run side by side.
package enum TopologicalOrder {
  /// Every step after all that it depends on; of those free to go, the first in the document goes first.
  ///
  /// Returns nil for a cycle, which a loaded mission never has.
  package static func order(of steps: [Step]) -> [Int]? {
    var plan = Plan(steps)
    var order: [Int] = []
    order.reserveCapacity(steps.count)
    while let step = plan.next() {
      order.append(step)
      _ = plan.finish(step, satisfiesDependents: true)
    }
    return order.count == steps.count ? order : nil
  }

  /// The steps by their distance from the start: each wave needs only steps of earlier waves.
  package static func waves(of steps: [Step]) -> [[Int]]? {
    guard let order = order(of: steps) else { return nil }
    var depth = [Int](repeating: 0, count: steps.count)
    var waves: [[Int]] = []
    for step in order {
      depth[step] = steps[step].dependsOn.reduce(0) { max($0, depth[Int($1)] + 1) }
      if depth[step] == waves.count { waves.append([]) }
      waves[depth[step]].append(step)
    }
    return waves.map { $0.sorted() }
  }
}
