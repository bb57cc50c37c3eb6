package import Formats

/// Something that has to be accounted for later: who did what, when, and for which job (contract §9).
package struct AuditEntry: Sendable, Equatable {
  /// What was done, as it is called on the wire.
  package enum Action: String, Sendable, CaseIterable {
    case jobSubmitted = "job.submitted"
    case jobCancelled = "job.cancelled"
    case jobRetried = "job.retried"
    case jobDeleted = "job.deleted"
    case stepStarted = "step.started"
    case stepEnded = "step.ended"
    /// A model had a tool called.
    case toolCalled = "tool.called"
    /// The policy said no, at a submission or at a step.
    case denied
    /// Somebody showed a token that is none.
    case loginFailed = "login.failed"
    /// A rule of access turned a request away.
    case accessRefused = "access.refused"
    /// Old entries were removed from the beginning of the trail.
    case trailTrimmed = "trail.trimmed"
  }

  package var at: Timestamp
  /// Who did it.
  package var actor: AuditActor
  package var action: Action
  package var jobID: JobID?
  package var stepID: String?
  /// From 1, where the entry is about an attempt of a step.
  package var attempt: Int?
  /// What else is to be known; what would show a secret is masked when the entry is stored.
  package var details: JSONObject

  /// Makes an entry.
  package init(
    _ action: Action, at: Timestamp, by actor: AuditActor = .daemon, jobID: JobID? = nil,
    stepID: String? = nil, attempt: Int? = nil, details: JSONObject = [:]
  ) {
    self.at = at
    self.actor = actor
    self.action = action
    self.jobID = jobID
    self.stepID = stepID
    self.attempt = attempt
    self.details = details
  }
}

/// On whose behalf something was done.
package struct AuditActor: Sendable, Equatable {
  /// `token NAME`, `uid NUMBER`, `local` for anybody on this host, or `missiond`.
  package let name: String
  /// Where the request came from: an address, or `unix`; nil where there was none.
  package let address: String?

  /// Names somebody.
  package init(name: String, address: String? = nil) {
    self.name = name
    self.address = address
  }

  /// The daemon itself: what a job does was asked for by whoever submitted it.
  package static let daemon = AuditActor(name: "missiond")
}
