package import Formats

/// Where an executor writes down what its job does. The engine's only way to durability.
package protocol JobJournal: Sendable {
  /// Records one entry, whole or not at all; when it returns, the entry survives a power cut.
  ///
  /// Entries of one job come one after another; those of different jobs share a commit where they can.
  func record(_ entry: JournalEntry, of job: JobID) async throws(StoreError)
}

/// What happened to one job since its last entry: one transaction.
package struct JournalEntry: Sendable {
  /// Attempts that have started or are about to.
  package var starts: [AttemptRecord] = []
  /// Attempts that are over; each was in `starts` of this entry or an earlier one.
  package var endings: [AttemptRecord] = []
  /// What models used in attempts so far; each attempt was in `starts` of this entry or an earlier one.
  package var spent: [(stepIndex: Int, attempt: Int, tokens: TokenUsage)] = []
  /// Results of steps that are over, with their places in the document.
  package var results: [(stepIndex: Int, result: StepResult)] = []
  /// Checkpoints to keep; null removes one.
  package var checkpoints: [(stepIndex: Int, value: JSON)] = []
  /// How the job ended, in its last entry.
  package var outcome: JobState.Outcome?
  /// Why it failed or was cancelled.
  package var error: String?
  /// Warnings about the job as a whole, on top of those recorded before.
  package var warnings: [String] = []
  /// The news of this entry, for the event stream.
  package var events: [JobEvent] = []
  /// What models used for the job so far, which goes with `spent`; nil where that has not changed.
  package var tokens: TokenUsage?
  /// What has to be accounted for, in the same transaction.
  package var audit: [AuditEntry] = []
  /// How the steps stand after this entry.
  package var progress: Job.Progress
  package var at: Timestamp
  /// False where nothing waits for this entry: it may share a later entry's commit.
  package var isUrgent = true

  /// Begins an entry.
  package init(progress: Job.Progress, at: Timestamp) {
    self.progress = progress
    self.at = at
  }

  /// True if there is nothing to record.
  package var isEmpty: Bool {
    starts.isEmpty && endings.isEmpty && results.isEmpty && checkpoints.isEmpty && outcome == nil
      && events.isEmpty && audit.isEmpty && warnings.isEmpty && tokens == nil
  }
}

/// Why the job table could not do what it was asked.
package struct StoreError: Error, Sendable, Equatable {
  /// What can be done about it.
  package enum Kind: String, Sendable {
    /// Disk full, I/O error, locked, read-only, damaged: the same call may succeed later.
    case unavailable
    /// The caller asked for something that the rules of the table refuse.
    case refused
  }
  package let kind: Kind
  /// `record the results of job …: database or disk is full`.
  package let message: String

  /// Makes an error.
  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
