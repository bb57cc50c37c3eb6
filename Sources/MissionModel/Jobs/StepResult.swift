package import Formats

/// How a step stands; all lower case on the wire.
package enum StepStatus: String, Sendable, CaseIterable {
  case pending, running, success, failed, skipped, cancelled

  /// True when the step is over.
  package var isFinal: Bool {
    switch self {
    case .pending, .running: false
    case .success, .failed, .skipped, .cancelled: true
    }
  }
}

/// What the processes of a step used, all of them together.
package struct ResourceUsage: Sendable, Equatable {
  package var userMilliseconds: Int64
  package var systemMilliseconds: Int64
  package var maxRSSBytes: Int64

  /// Wraps the figures of wait4(2).
  package init(userMilliseconds: Int64, systemMilliseconds: Int64, maxRSSBytes: Int64) {
    self.userMilliseconds = userMilliseconds
    self.systemMilliseconds = systemMilliseconds
    self.maxRSSBytes = maxRSSBytes
  }
}

/// How one step ended, or how it stands; what the API shows under `step_results`.
package struct StepResult: Sendable, Equatable {
  package var stepID: String
  package var status: StepStatus
  /// The step's output; null unless it succeeded, or failed with something to show.
  package var output: JSON
  /// Why it failed, was skipped or cancelled.
  package var error: String?
  /// From the first attempt's start to the end, waits between attempts included.
  package var durationMilliseconds: Int64
  /// Attempts made so far; 0 for a step that never started.
  package var attempts: Int
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp?
  package var warnings: [String]
  package var usage: ResourceUsage?
  /// What models used for it, all attempts together; nil where none was asked.
  package var tokens: TokenUsage?

  /// Makes a result; the defaults describe a step that has not started.
  package init(
    stepID: String, status: StepStatus = .pending, output: JSON = .null, error: String? = nil,
    durationMilliseconds: Int64 = 0, attempts: Int = 0, startedAt: Timestamp? = nil,
    finishedAt: Timestamp? = nil, warnings: [String] = [], usage: ResourceUsage? = nil,
    tokens: TokenUsage? = nil
  ) {
    self.stepID = stepID
    self.status = status
    self.output = output
    self.error = error
    self.durationMilliseconds = durationMilliseconds
    self.attempts = attempts
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.warnings = warnings
    self.usage = usage
    self.tokens = tokens
  }
}

/// How one try of a step ended: shown by `GET /missions/{id}/steps/{step}`.
package struct AttemptRecord: Sendable, Equatable {
  /// The word for how it ended.
  package enum Ending: String, Sendable, CaseIterable {
    case success, failed, cancelled, timedOut = "timed_out", interrupted, drained
  }

  package var stepIndex: Int
  /// From 1.
  package var number: Int
  package var startedAt: Timestamp
  /// Nil while the attempt runs.
  package var finishedAt: Timestamp?
  package var ending: Ending?
  package var error: String?

  /// Makes the record of an attempt that has just started, or that has ended.
  package init(
    stepIndex: Int, number: Int, startedAt: Timestamp, finishedAt: Timestamp? = nil, ending: Ending? = nil,
    error: String? = nil
  ) {
    self.stepIndex = stepIndex
    self.number = number
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.ending = ending
    self.error = error
  }
}
