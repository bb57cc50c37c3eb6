import Formats

/// Which step depends on which: ids become places in the document, and everything that cannot be is a
/// problem.
struct DependencyTable {
  /// One entry of a `depends_on`. There are many, so each is small.
  private struct Entry {
    let step: Int32
    /// Its place in the list; -1 for a lone string.
    let position: Int32
    /// -1 where no step of that id had been seen yet; the id is in `unseen` then.
    let target: Int32
  }

  /// Comparing an unknown id with every id of a huge mission, again and again, would take minutes.
  private static let mostComparisons = 1_000_000

  private let maxEdges: Int
  private var places: [String: Int32] = [:]
  private var entries: [Entry] = []
  /// The ids of steps that come later, or that there are none of, by the places of their entries.
  private var unseen: [Int: String] = [:]
  private var omitted = 0
  private var comparisons = 0

  init(maxEdges: Int) { self.maxEdges = maxEdges }

  /// The place of the step `id`; nil if there is none.
  func place(of id: String) -> Int? { places[id].map(Int.init) }

  /// Notes that `id` names the step at `place`; returns the place of an earlier step of that id.
  mutating func define(_ id: String, at place: Int) -> Int? {
    guard !id.isEmpty else { return nil }
    guard let first = places.updateValue(Int32(place), forKey: id) else { return nil }
    places[id] = first
    return Int(first)
  }

  /// Notes that the step at `step` depends on `id`, by the entry at `position` of its list.
  mutating func add(_ id: String, of step: Int, at position: Int?) {
    guard entries.count < maxEdges else {
      omitted += 1
      return
    }
    let target = places[id]
    if target == nil { unseen[entries.count] = id }
    entries.append(Entry(step: Int32(step), position: Int32(position ?? -1), target: target ?? -1))
  }

  /// Gives every step its dependencies and reports unknown, repeated and circular ones.
  mutating func resolve(_ steps: inout [Step], _ problems: inout ProblemCollector) {
    if omitted > 0 {
      problems.add(
        at: "/steps", "a mission has at most \(maxEdges) dependencies, not \(maxEdges + omitted)",
        hint: "split it, or raise limits.max_edges")
    }
    var targets: [Int32] = []
    var index = 0
    while index < entries.count {
      let step = entries[index].step
      targets.removeAll(keepingCapacity: true)
      var seen: Set<Int32> = []
      while index < entries.count, entries[index].step == step {
        if let target = target(of: index, &problems) {
          let isNew = targets.count < 16 ? !targets.contains(target) : Self.insert(target, &seen, targets)
          if isNew { targets.append(target) } else { repeated(entries[index], steps[Int(target)], &problems) }
        }
        index += 1
      }
      steps[Int(step)].dependsOn = targets
    }
    (entries, unseen) = ([], [:])
    for cycle in CycleFinder.cycles(in: steps) { report(cycle, steps, &problems) }
  }

  /// Adds to a set that is made of `targets` when there are enough of them to need one.
  private static func insert(_ target: Int32, _ seen: inout Set<Int32>, _ targets: [Int32]) -> Bool {
    if seen.isEmpty { seen.formUnion(targets) }
    return seen.insert(target).inserted
  }

  /// The place of the step that the entry at `index` names; nil, with the reason, where there is none.
  private mutating func target(of index: Int, _ problems: inout ProblemCollector) -> Int32? {
    let entry = entries[index]
    var target = entry.target
    if target < 0 {
      let id = unseen[index] ?? ""
      guard let place = places[id] else {
        let shown = JSON.string(id).excerpt
        problems.add(at: pointer(entry), "no step has the id \(shown)", hint: hint(for: id))
        return nil
      }
      target = place
    }
    guard target != entry.step else {
      problems.add(at: pointer(entry), "a step cannot depend on itself")
      return nil
    }
    return target
  }

  private func repeated(_ entry: Entry, _ step: Step, _ problems: inout ProblemCollector) {
    problems.add(at: pointer(entry), "\"\(step.id)\" is listed twice")
  }

  private mutating func hint(for id: String) -> String? {
    guard comparisons < Self.mostComparisons else { return nil }
    comparisons += places.count
    return EditDistance.closest(to: id, among: places.keys.sorted()).map { "did you mean \"\($0)\"?" }
  }

  private func pointer(_ entry: Entry) -> String {
    "/steps/\(entry.step)/depends_on" + (entry.position < 0 ? "" : "/\(entry.position)")
  }

  private func report(_ cycle: [Int32], _ steps: [Step], _ problems: inout ProblemCollector) {
    var ids = cycle.prefix(20).map { steps[Int($0)].id }
    if cycle.count > 20 { ids.append("… \(cycle.count - 20) more …") }
    ids.append(steps[Int(cycle[0])].id)
    problems.add(
      at: "/steps/\(cycle[0])/depends_on", "steps form a cycle: " + ids.joined(separator: " → "),
      hint: "each of them waits for the next one")
  }
}
