package import Formats
package import MissionModel

/// Says why each step of a job ran when it did, waited, or did not run. Pure: made from what is recorded.
package struct Explanation: Sendable {
  private let mission: Mission
  private let results: [StepResult]
  private let startedAt: Timestamp
  /// A wait shorter than this is the engine's own work and not worth a word.
  private static let noticeableWait: Int64 = 20

  /// Prepares to explain a job of `mission`; `results` are those of all steps in document order.
  package init(_ mission: Mission, results: [StepResult], startedAt: Timestamp) {
    precondition(results.count == mission.steps.count, "a job has one result for each step")
    self.mission = mission
    self.results = results
    self.startedAt = startedAt
  }

  /// One or two sentences for each step, in document order.
  package var lines: [(step: String, sentences: [String])] {
    results.indices.map { (mission.steps[$0].id, explain($0)) }
  }

  private func explain(_ step: Int) -> [String] {
    let result = results[step]
    switch result.status {
    case .pending: return [pending(step)]
    case .skipped: return ["was skipped: " + (result.error ?? "nobody wrote down why")]
    case .running, .success, .failed, .cancelled: return [start(step)] + end(result)
    }
  }

  private func pending(_ step: Int) -> String {
    let open = mission.steps[step].dependsOn.map(Int.init).filter { !results[$0].status.isFinal }
    guard !open.isEmpty else { return "is ready and waits for a free place" }
    return "waits for " + open.map { "\"\(mission.steps[$0].id)\"" }.joined(separator: ", ")
  }

  /// What made it ready, and what it waited for after that.
  private func start(_ step: Int) -> String {
    guard let started = results[step].startedAt else { return "never started" }
    let dependencies = mission.steps[step].dependsOn.map(Int.init)
    let last = dependencies.max { ended($0) < ended($1) }
    let ready = last.map(ended) ?? startedAt
    var text = "started at \(offset(started)): "
    if let last {
      text +=
        dependencies.count == 1
        ? "\"\(mission.steps[last].id)\" was over"
        : "the last of its dependencies, \"\(mission.steps[last].id)\", was over"
      if results[last].status == .failed { text += " (it failed, with continue_on_error)" }
    } else {
      text += "it depends on nothing"
    }
    let wait = started.milliseconds - ready.milliseconds
    guard wait >= Self.noticeableWait else { return text }
    let busy = results.indices.filter { $0 != step && wasRunning($0, between: ready, and: started) }
    let names = busy.prefix(5).map { "\"\(mission.steps[$0].id)\"" }.joined(separator: ", ")
    return text + "; it waited \(wait) ms" + (busy.isEmpty ? "" : " while the places were taken by \(names)")
  }

  private func end(_ result: StepResult) -> [String] {
    var sentences: [String] = []
    if result.attempts > 1 { sentences.append("took \(result.attempts) attempts") }
    switch result.status {
    case .success: sentences.append("succeeded after \(result.durationMilliseconds) ms")
    case .failed:
      sentences.append("failed after \(result.durationMilliseconds) ms: \(result.error ?? "unknown")")
    case .cancelled:
      sentences.append("was cancelled after \(result.durationMilliseconds) ms: \(result.error ?? "unknown")")
    case .running: sentences.append("is running")
    case .pending, .skipped: break
    }
    return sentences
  }

  private func ended(_ step: Int) -> Timestamp { results[step].finishedAt ?? startedAt }

  private func wasRunning(_ step: Int, between start: Timestamp, and end: Timestamp) -> Bool {
    guard let from = results[step].startedAt else { return false }
    return from < end && (results[step].finishedAt ?? end) > start
  }

  private func offset(_ instant: Timestamp) -> String {
    let milliseconds = max(0, instant.milliseconds - startedAt.milliseconds)
    let thousandths = String(milliseconds % 1000)
    return "+\(milliseconds / 1000).\(String(repeating: "0", count: 3 - thousandths.count))\(thousandths) s"
  }
}
