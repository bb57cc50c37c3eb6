package import Formats

/// Hands queued jobs to the dispatcher.
package protocol JobQueue: Sendable {
  /// Marks up to `limit` queued jobs as running, highest priority first, then oldest, in one statement, and
  /// hands them out. A job whose named workspace is in use by a running one is passed over. Jobs that were
  /// running when the daemon ended, and have no executor since, come before all others.
  func claim(limit: Int, now: Timestamp) async throws(StoreError) -> [ClaimedJob]
}

/// A job that an executor is to carry out, from its beginning or from where it was interrupted.
package struct ClaimedJob: Sendable {
  package var id: JobID
  /// The document as it was sent.
  package var document: [UInt8]
  package var format: DocumentFormat
  /// Context variables of the submission, on top of the document's.
  package var context: JSONObject
  /// Absolute path of the job's workspace.
  package var workspace: String
  /// When the job was first claimed; its deadline counts from here.
  package var startedAt: Timestamp
  /// Sequence number of the job's last event.
  package var lastEvent: Int64
  /// What is recorded of its steps; empty for a new job.
  package var progress: RecordedProgress
  /// Somebody asked for its end before it was claimed again.
  package var isCancelRequested: Bool
  /// The daemon died or drained while the job ran.
  package var isResumed = false

  /// Makes a claimed job.
  package init(
    id: JobID, document: [UInt8], format: DocumentFormat, context: JSONObject = [:], workspace: String,
    startedAt: Timestamp, lastEvent: Int64 = 0, progress: RecordedProgress = .init(),
    isCancelRequested: Bool = false
  ) {
    self.id = id
    self.document = document
    self.format = format
    self.context = context
    self.workspace = workspace
    self.startedAt = startedAt
    self.lastEvent = lastEvent
    self.progress = progress
    self.isCancelRequested = isCancelRequested
  }
}

/// The notation of a mission document.
package enum DocumentFormat: String, Sendable, CaseIterable { case json, yaml }

/// What is known of an interrupted or retried job's steps.
package struct RecordedProgress: Sendable {
  /// Results of steps that are over, by their places in the document.
  package var results: [Int: StepResult] = [:]
  /// Steps that were running when the daemon died or drained, or that wait for a retry.
  package var attempts: [Int: RecordedAttempts] = [:]
  /// Checkpoints that steps stored.
  package var checkpoints: [Int: JSON] = [:]
  /// What models used so far; nil where none was asked.
  package var tokens: TokenUsage?

  /// Nothing recorded.
  package init() {}
}

/// The attempts that a step has behind it.
package struct RecordedAttempts: Sendable, Equatable {
  /// Attempts started so far, interrupted ones included.
  package var started: Int
  /// How many of them the death of a daemon ended.
  package var interruptions: Int
  /// How many of them a drain ended: neither failures nor deaths.
  package var drains: Int
  package var firstStartedAt: Timestamp
  /// True if the last of them was running when the daemon ended.
  package var wasRunning: Bool
  /// What models used in them; nil where none was asked.
  package var tokens: TokenUsage?

  /// Makes a record.
  package init(
    started: Int, interruptions: Int, drains: Int, firstStartedAt: Timestamp, wasRunning: Bool,
    tokens: TokenUsage? = nil
  ) {
    self.started = started
    self.interruptions = interruptions
    self.drains = drains
    self.firstStartedAt = firstStartedAt
    self.wasRunning = wasRunning
    self.tokens = tokens
  }
}
