import Formats

/// Which step depends on which: ids become places in the document, and everything that cannot be is a
/// problem.
struct DependencyTable {
  /// One entry of a `depends_on`, as long as its step is not known.
  private struct Entry {
    let step: Int32
    /// Its place in the list; -1 for a lone string.
    let position: Int32
    var target: Int32
    /// The id, kept only while no step of that id has been seen.
    var id: String?
  }

  /// Comparing an unknown id with every id of a huge mission, again and again, would take minutes.
  private static let mostComparisons = 1_000_000

  private let maxEdges: Int
  private var places: [String: Int32] = [:]
  private var entries: [Entry] = []
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
    entries.append(
      Entry(
        step: Int32(step), position: Int32(position ?? -1), target: target ?? -1, id: target == nil ? id : nil
      ))
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
        if let target = target(of: entries[index], steps, &problems) {
          let isNew = targets.count < 16 ? !targets.contains(target) : Self.insert(target, &seen, targets)
          if isNew { targets.append(target) } else { repeated(entries[index], steps, &problems) }
        }
        index += 1
      }
      steps[Int(step)].dependsOn = targets
    }
    for cycle in CycleFinder.cycles(in: steps) { report(cycle, steps, &problems) }
    entries = []
  }

  /// Adds to a set that is made of `targets` when there are enough of them to need one.
  private static func insert(_ target: Int32, _ seen: inout Set<Int32>, _ targets: [Int32]) -> Bool {
    if seen.isEmpty { seen.formUnion(targets) }
    return seen.insert(target).inserted
  }

  private mutating func target(
    of entry: Entry, _ steps: [Step], _ problems: inout ProblemCollector
  ) -> Int32? {
    let id = entry.id ?? steps[Int(entry.target)].id
    guard let target = entry.id.map({ places[$0] }) ?? entry.target else {
      problems.add(at: pointer(entry), "no step has the id \(JSON.string(id).excerpt)", hint: hint(for: id))
      return nil
    }
    guard target != entry.step else {
      problems.add(at: pointer(entry), "a step cannot depend on itself")
      return nil
    }
    return target
  }

  private func repeated(_ entry: Entry, _ steps: [Step], _ problems: inout ProblemCollector) {
    let id = entry.id ?? steps[Int(entry.target)].id
    problems.add(at: pointer(entry), "\"\(id)\" is listed twice")
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
