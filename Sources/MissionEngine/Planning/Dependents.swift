package import MissionModel

/// The steps that wait for each step: one flat array, cut by offsets.
package struct Dependents: Sendable {
  private let offsets: [Int32]
  private let edges: [Int32]

  /// Turns the edges of `steps` around.
  package init(_ steps: [Step]) {
    var offsets = [Int32](repeating: 0, count: steps.count + 1)
    for step in steps {
      for dependency in step.dependsOn { offsets[Int(dependency) + 1] += 1 }
    }
    for index in 0..<steps.count { offsets[index + 1] += offsets[index] }
    var edges = [Int32](repeating: 0, count: Int(offsets[steps.count]))
    var free = offsets
    for (index, step) in steps.enumerated() {
      for dependency in step.dependsOn {
        edges[Int(free[Int(dependency)])] = Int32(index)
        free[Int(dependency)] += 1
      }
    }
    self.offsets = offsets
    self.edges = edges
  }

  /// The dependents of a step, in document order.
  package subscript(step: Int) -> ArraySlice<Int32> { edges[Int(offsets[step])..<Int(offsets[step + 1])] }
}
