package import Formats

/// One requested execution of a mission, as the job table has it: everything but the steps and the document.
package struct Job: Sendable, Equatable {
  package var id: JobID
  package var name: String
  package var version: String
  package var state: JobState
  /// Grows with every change that a reader of the job could see.
  package var revision: Int64
  package var labels: [String: String]
  package var priority: Int
  package var progress: Progress
  package var error: String?
  package var warnings: [String]
  package var createdAt: Timestamp
  /// When the row last changed.
  package var changedAt: Timestamp
  /// The job that retried this one.
  package var retriedAs: JobID?
  /// Somebody asked for its end; the executor is on its way there.
  package var isCancelRequested: Bool
  /// What models used for this job, steps that failed and attempts that were lost included; nil where none
  /// was asked.
  package var tokens: TokenUsage?

  /// How many steps stand where.
  package struct Progress: Sendable, Equatable {
    package var total = 0
    package var pending = 0
    package var running = 0
    package var success = 0
    package var failed = 0
    package var skipped = 0
    package var cancelled = 0

    /// Nothing counted yet.
    package init() {}

    /// All of `total` steps wait.
    package init(waiting total: Int) {
      self.total = total
      pending = total
    }

    /// The count of steps in `status`.
    package subscript(status: StepStatus) -> Int {
      get {
        switch status {
        case .pending: pending
        case .running: running
        case .success: success
        case .failed: failed
        case .skipped: skipped
        case .cancelled: cancelled
        }
      }
      set {
        switch status {
        case .pending: pending = newValue
        case .running: running = newValue
        case .success: success = newValue
        case .failed: failed = newValue
        case .skipped: skipped = newValue
        case .cancelled: cancelled = newValue
        }
      }
    }

    /// Moves one step from one status to another.
    package mutating func move(from old: StepStatus, to new: StepStatus) {
      self[old] -= 1
      self[new] += 1
    }
  }

  /// Makes a job of what the table holds.
  package init(
    id: JobID, name: String, version: String, state: JobState, revision: Int64, labels: [String: String],
    priority: Int, progress: Progress, error: String? = nil, warnings: [String] = [], createdAt: Timestamp,
    changedAt: Timestamp, retriedAs: JobID? = nil, isCancelRequested: Bool = false,
    tokens: TokenUsage? = nil
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.state = state
    self.revision = revision
    self.labels = labels
    self.priority = priority
    self.progress = progress
    self.error = error
    self.warnings = warnings
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.retriedAs = retriedAs
    self.isCancelRequested = isCancelRequested
    self.tokens = tokens
  }
}
