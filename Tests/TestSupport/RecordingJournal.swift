package import MissionModel

/// A journal in memory that remembers every entry, and can be made to fail.
package actor RecordingJournal: JobJournal {
  package private(set) var entries: [JournalEntry] = []
  private var failuresLeft = 0
  /// Called with each entry before it counts as recorded.
  private var hook: (@Sendable (JournalEntry) async -> Void)?

  /// Makes an empty journal; `hook` runs before each entry is recorded.
  package init(hook: (@Sendable (JournalEntry) async -> Void)? = nil) { self.hook = hook }

  /// Makes the next `count` entries fail.
  package func fail(next count: Int) { failuresLeft = count }

  package func record(_ entry: JournalEntry, of job: JobID) async throws(StoreError) {
    await hook?(entry)
    if failuresLeft > 0 {
      failuresLeft -= 1
      throw StoreError(.unavailable, "record: disk full")
    }
    entries.append(entry)
  }

  /// The last result of each step, by id.
  package var results: [String: StepResult] {
    Dictionary(entries.flatMap(\.results).map { ($0.result.stepID, $0.result) }) { $1 }
  }

  /// All events, in order.
  package var events: [JobEvent] { entries.flatMap(\.events) }

  /// How the job ended; nil while it has not.
  package var outcome: JobState.Outcome? { entries.compactMap(\.outcome).last }

  /// The ids of the steps in the order in which their attempts were recorded as started.
  package func starts(in mission: Mission) -> [String] {
    entries.flatMap(\.starts).map { mission.steps[$0.stepIndex].id }
  }
}
