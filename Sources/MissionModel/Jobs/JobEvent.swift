package import Formats

/// A fact of a job's life, in the order in which the job lived it; what `/events` streams.
package struct JobEvent: Sendable, Equatable {
  /// What happened, as it is called on the wire.
  package enum Kind: String, Sendable, CaseIterable {
    case jobQueued = "job.queued"
    case jobStarted = "job.started"
    case stepStarted = "step.started"
    case stepRetrying = "step.retrying"
    case stepFinished = "step.finished"
    case jobFinished = "job.finished"
  }

  package var kind: Kind
  /// Counts the events of one job from 1, without gaps.
  package var sequence: Int64
  package var at: Timestamp
  package var stepID: String?
  package var attempt: Int?
  /// The step's or the job's status after the event.
  package var status: String?
  package var error: String?

  /// Makes an event.
  package init(
    _ kind: Kind, sequence: Int64, at: Timestamp, stepID: String? = nil, attempt: Int? = nil,
    status: String? = nil, error: String? = nil
  ) {
    self.kind = kind
    self.sequence = sequence
    self.at = at
    self.stepID = stepID
    self.attempt = attempt
    self.status = status
    self.error = error
  }
}
