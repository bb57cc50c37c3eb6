package import MissionModel

/// Which steps may start, given which have finished. No clock, no tasks, no I/O.
///
/// Steps are their places in the document. Tables are flat arrays, so that a mission of a million steps
/// stays small and planning it takes milliseconds.
package struct Plan: Sendable {
  /// Where a step stands.
  package enum Standing: UInt8, Sendable { case waiting, ready, running, delayed, over }

  /// A step that will not run, and the dependency that it would have needed.
  package struct Skip: Sendable, Equatable {
    package let step: Int
    package let because: Int
  }

  private var standings: [Standing]
  /// Unfinished dependencies of each step.
  private var waitingOn: [Int32]
  private let dependents: Dependents
  private var ready = IndexHeap()
  /// Steps that were started and are not over, those that wait for a retry included.
  package private(set) var unfinishedStarts = 0
  /// Steps that are not over.
  package private(set) var remaining: Int

  /// Plans steps whose dependencies are known to exist and to form no cycle.
  package init(_ steps: [Step]) {
    standings = Array(repeating: .waiting, count: steps.count)
    waitingOn = steps.map { Int32($0.dependsOn.count) }
    dependents = Dependents(steps)
    remaining = steps.count
    for (index, step) in steps.enumerated() where step.dependsOn.isEmpty {
      standings[index] = .ready
      ready.insert(Int32(index))
    }
  }

  /// Returns the first step in document order that may start, or nil when nothing may right now.
  package mutating func next() -> Int? {
    while let step = ready.popFirst() {
      guard standings[Int(step)] == .ready else { continue }  // skipped since it became ready
      standings[Int(step)] = .running
      unfinishedStarts += 1
      return Int(step)
    }
    return nil
  }

  /// True if `next` has a step to give.
  package var hasReady: Bool { !ready.isEmpty }

  /// Records a finished step; readies what waited for it, or says what is to be skipped.
  package mutating func finish(_ step: Int, satisfiesDependents: Bool) -> [Skip] {
    precondition(
      standings[step] == .running || standings[step] == .delayed,
      "step \(step) finished but was never started")
    unfinishedStarts -= 1
    return settle(step, satisfiesDependents: satisfiesDependents)
  }

  /// Takes over a result from before: the step is over without having been started here.
  package mutating func restore(_ step: Int, satisfiesDependents: Bool) -> [Skip] {
    guard standings[step] != .over else { return [] }
    return settle(step, satisfiesDependents: satisfiesDependents)
  }

  /// Puts a started step aside until its retry is due.
  package mutating func delay(_ step: Int) {
    precondition(standings[step] == .running, "step \(step) is to wait for a retry but does not run")
    standings[step] = .delayed
  }

  /// Readies a step whose retry is due.
  package mutating func resume(_ step: Int) {
    guard standings[step] == .delayed else { return }
    standings[step] = .ready
    unfinishedStarts -= 1
    ready.insert(Int32(step))
  }

  /// Takes back a step that was readied for its retry and has not been given out.
  package mutating func withdraw(_ step: Int) {
    guard standings[step] == .ready else { return }
    standings[step] = .running
    unfinishedStarts += 1
  }

  /// Where a step stands.
  package func standing(of step: Int) -> Standing { standings[step] }

  /// Ends every step that has not started: what remains are those that run. Returns them in document order.
  package mutating func abandon() -> [Int] {
    var abandoned: [Int] = []
    for step in standings.indices where standings[step] == .waiting || standings[step] == .ready {
      standings[step] = .over
      abandoned.append(step)
    }
    remaining -= abandoned.count
    ready = IndexHeap()
    return abandoned
  }

  private mutating func settle(_ step: Int, satisfiesDependents: Bool) -> [Skip] {
    standings[step] = .over
    remaining -= 1
    if satisfiesDependents {
      for dependent in dependents[step] {
        waitingOn[Int(dependent)] -= 1
        guard waitingOn[Int(dependent)] == 0, standings[Int(dependent)] == .waiting else { continue }
        standings[Int(dependent)] = .ready
        ready.insert(dependent)
      }
      return []
    }
    var skips: [Skip] = []
    var causes = [step]
    while let cause = causes.popLast() {
      for dependent in dependents[cause] where standings[Int(dependent)] == .waiting {
        standings[Int(dependent)] = .over
        remaining -= 1
        skips.append(Skip(step: Int(dependent), because: cause))
        causes.append(Int(dependent))
      }
    }
    return skips
  }
}
