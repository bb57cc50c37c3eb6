import Formats
import MissionModel

/// Which steps of a retried job run anew although they succeeded.
enum RetrySelection {
  /// There is no step of that name.
  struct UnknownStep: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// The places of `step` and of all that depend on it, and of every `process_start`: what it started is
  /// gone.
  static func repeated(in steps: [Step], from step: String?) throws(UnknownStep) -> Set<Int> {
    var places = Set(steps.indices.filter { steps[$0].type == "process_start" })
    guard let step else { return places }
    guard let first = steps.firstIndex(where: { $0.id == step }) else {
      let closest = EditDistance.closest(to: step, among: steps.map(\.id))
      throw UnknownStep(
        description: "from: there is no step \"\(step)\""
          + (closest.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
    var dependents: [Int: [Int]] = [:]
    for (place, other) in steps.enumerated() {
      for needed in other.dependsOn { dependents[Int(needed), default: []].append(place) }
    }
    var open = [first]
    var seen: Set<Int> = [first]
    while let place = open.popLast() {
      for dependent in dependents[place, default: []] where seen.insert(dependent).inserted {
        open.append(dependent)
      }
    }
    places.formUnion(seen)
    return places
  }
}
