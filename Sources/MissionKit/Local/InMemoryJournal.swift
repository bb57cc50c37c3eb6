package import Formats
package import MissionModel

/// The job table of a single job that nobody else asks for: what `mission run` and embedders use.
package actor InMemoryJournal: JobJournal {
  private let mission: Mission
  private let id: JobID
  private let createdAt: Timestamp
  private var progress: Job.Progress
  private var results: [Int: StepResult] = [:]
  private var starts: [Int: AttemptRecord] = [:]
  private var ending: (outcome: JobState.Outcome, error: String?, at: Timestamp)?
  private var revision: Int64 = 1
  private var changedAt: Timestamp
  private var tokens: TokenUsage?

  /// Begins the record of a job that starts now.
  package init(_ id: JobID, _ mission: Mission, now: Timestamp) {
    self.id = id
    self.mission = mission
    createdAt = now
    changedAt = now
    progress = Job.Progress(waiting: mission.steps.count)
  }

  package func record(_ entry: JournalEntry, of job: JobID) async throws(StoreError) {
    precondition(job == id, "this journal belongs to another job")
    revision += 1
    changedAt = entry.at
    progress = entry.progress
    tokens = entry.tokens ?? tokens
    for start in entry.starts { starts[start.stepIndex] = start }
    for (step, result) in entry.results { results[step] = result }
    if let outcome = entry.outcome { ending = (outcome, entry.error, entry.at) }
  }

  /// The job as it stands.
  package func job(warnings: [String] = []) -> Job {
    let state: JobState =
      ending.map { .finished($0.outcome, since: createdAt, at: $0.at) } ?? .running(since: createdAt)
    return Job(
      id: id, name: mission.name, version: mission.version, state: state, revision: revision,
      labels: Dictionary(mission.labels.map { ($0.key, $0.value) }) { $1 }, priority: 0, progress: progress,
      error: ending?.error, warnings: warnings, createdAt: createdAt, changedAt: changedAt,
      tokens: tokens)
  }

  /// The results of all steps in document order, those that are not over included.
  package func stepResults() -> [StepResult] {
    mission.steps.indices.map { index in
      if let result = results[index] { return result }
      guard let start = starts[index] else { return StepResult(stepID: mission.steps[index].id) }
      return StepResult(
        stepID: mission.steps[index].id, status: .running, attempts: start.number, startedAt: start.startedAt)
    }
  }
}
