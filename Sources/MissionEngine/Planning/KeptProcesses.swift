import Formats
import MissionModel

/// Which steps have to run before all others when a job goes on: those whose processes went with the daemon,
/// or with the job that is retried, and that others still build on (contract §5). No I/O.
struct KeptProcesses {
  /// Steps that succeeded and run anew.
  private(set) var repeated: Set<Int> = []
  /// Steps that nothing else may start before: those, and what they wait for themselves.
  private(set) var first: Set<Int> = []

  /// Looks at what is recorded of a job's steps.
  ///
  /// - Parameter keeps: whether a step leaves a process running for the job's length.
  init(
    _ steps: [Step], _ results: [Int: StepResult], keeps: (Step) -> Bool
  ) {
    guard !results.isEmpty else { return }
    let starts = steps.indices.filter { keeps(steps[$0]) }
    guard !starts.isEmpty else { return }
    let dependents = Dependents(steps)
    let ended = Self.endedProcesses(steps, results)
    for step in starts {
      let isRecorded = results[step] != nil
      if isRecorded {
        guard let result = results[step], result.status == .success else { continue }
        if let pid = result.output["pid"]?.integerValue, ended.contains(pid) { continue }
      }
      let (hasUnfinished, hasFinished) = Self.descendants(of: step, dependents, results)
      guard hasUnfinished, isRecorded || hasFinished else { continue }
      if isRecorded { repeated.insert(step) }
      first.insert(step)
    }
    addAncestors(steps, results)
  }

  /// The pids that `process_kill` steps have ended: those are wanted no more.
  private static func endedProcesses(_ steps: [Step], _ results: [Int: StepResult]) -> Set<Int64> {
    var pids: Set<Int64> = []
    for (place, result) in results where steps[place].type == "process_kill" && result.status == .success {
      if let pid = result.output["pid"]?.integerValue { pids.insert(pid) }
    }
    return pids
  }

  /// Whether anything that builds on a step is still to be done, and whether anything is over.
  private static func descendants(
    of step: Int, _ dependents: Dependents, _ results: [Int: StepResult]
  ) -> (hasUnfinished: Bool, hasFinished: Bool) {
    var seen: Set<Int> = []
    var open = [step]
    var found = (hasUnfinished: false, hasFinished: false)
    while let next = open.popLast(), !(found.hasUnfinished && found.hasFinished) {
      for dependent in dependents[next] where seen.insert(Int(dependent)).inserted {
        if results[Int(dependent)] == nil { found.hasUnfinished = true } else { found.hasFinished = true }
        open.append(Int(dependent))
      }
    }
    return found
  }

  /// What a step of `first` waits for comes first as well, or it would wait for ever.
  private mutating func addAncestors(_ steps: [Step], _ results: [Int: StepResult]) {
    var open = Array(first)
    while let step = open.popLast() {
      for needed in steps[step].dependsOn where results[Int(needed)] == nil || repeated.contains(Int(needed))
      {
        if first.insert(Int(needed)).inserted { open.append(Int(needed)) }
      }
    }
  }
}
