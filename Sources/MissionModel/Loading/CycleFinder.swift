/// Finds steps that wait for each other in a circle.
enum CycleFinder {
  /// Each circle once, beginning with its first step in the document; every step waits for the next one.
  ///
  /// Of circles that share steps, the one is found that leads through the first dependency in each list.
  static func cycles(in steps: [Step]) -> [[Int32]] {
    let stuck = stuckSteps(steps)
    guard stuck.contains(true) else { return [] }
    var visitedBy = [Int32](repeating: -1, count: steps.count)
    var cycles: [[Int32]] = []
    for start in steps.indices where stuck[start] {
      var step = Int32(start)
      var path: [Int32] = []
      while visitedBy[Int(step)] < 0 {
        visitedBy[Int(step)] = Int32(start)
        path.append(step)
        // A stuck step has a stuck dependency, or it would not be one.
        guard let next = steps[Int(step)].dependsOn.first(where: { stuck[Int($0)] }) else { break }
        step = next
      }
      guard visitedBy[Int(step)] == Int32(start), let first = path.firstIndex(of: step) else { continue }
      cycles.append(rotated(Array(path[first...])))
    }
    return cycles
  }

  /// The steps that can never start, since they are in a circle or behind one.
  private static func stuckSteps(_ steps: [Step]) -> [Bool] {
    var waiting = steps.map { Int32($0.dependsOn.count) }
    var stuck = [Bool](repeating: true, count: steps.count)
    // The dependents of step n are dependents[offsets[n]..<offsets[n + 1]].
    var offsets = [Int32](repeating: 0, count: steps.count + 1)
    for step in steps { for target in step.dependsOn { offsets[Int(target) + 1] += 1 } }
    for index in 1..<offsets.count { offsets[index] += offsets[index - 1] }
    var dependents = [Int32](repeating: 0, count: Int(offsets[steps.count]))
    var next = offsets
    for (index, step) in steps.enumerated() {
      for target in step.dependsOn {
        dependents[Int(next[Int(target)])] = Int32(index)
        next[Int(target)] += 1
      }
    }
    var free = steps.indices.filter { waiting[$0] == 0 }
    while let step = free.popLast() {
      stuck[step] = false
      for dependent in dependents[Int(offsets[step])..<Int(offsets[step + 1])] {
        waiting[Int(dependent)] -= 1
        if waiting[Int(dependent)] == 0 { free.append(Int(dependent)) }
      }
    }
    return stuck
  }

  private static func rotated(_ cycle: [Int32]) -> [Int32] {
    guard let first = cycle.min().flatMap({ cycle.firstIndex(of: $0) }) else { return cycle }
    return Array(cycle[first...] + cycle[..<first])
  }
}
