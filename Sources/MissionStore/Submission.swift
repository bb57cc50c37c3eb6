package import Formats
package import MissionModel

/// What somebody wants to have carried out.
package struct Submission: Sendable {
  /// Who sent which request before: a repeat gets the job that the first one made.
  package struct IdempotencyKey: Sendable, Equatable {
    /// The token's name or the uid.
    package var owner: String
    /// 1 to 255 characters.
    package var key: String
    /// A digest of all that has to be the same.
    package var fingerprint: [UInt8]

    /// Names a request.
    package init(owner: String, key: String, fingerprint: [UInt8]) {
      self.owner = owner
      self.key = key
      self.fingerprint = fingerprint
    }
  }

  package var id: JobID
  package var name: String
  package var version: String
  /// The document as it was sent.
  package var document: [UInt8]
  package var format: DocumentFormat
  /// The ids of the steps in document order.
  package var stepIDs: [String]
  /// Context variables of the submission.
  package var context: JSONObject = [:]
  package var labels: [String: String] = [:]
  package var warnings: [String] = []
  /// -100 to 100.
  package var priority = 0
  /// Absolute path.
  package var workspace: String
  /// True where the submitter named the directory: it is never removed, and one job at a time uses it.
  package var isWorkspaceNamed = false
  package var idempotencyKey: IdempotencyKey?
  package var at: Timestamp
  /// Who asked for it.
  package var actor = AuditActor.daemon

  /// Makes a submission with the defaults of the rest.
  package init(
    id: JobID, name: String, version: String, document: [UInt8], format: DocumentFormat, stepIDs: [String],
    workspace: String, at: Timestamp
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.document = document
    self.format = format
    self.stepIDs = stepIDs
    self.workspace = workspace
    self.at = at
  }
}

/// What became of a submission.
package enum SubmissionOutcome: Sendable, Equatable {
  /// A new job.
  case accepted(Job)
  /// The same request came before: its job, as it stands now.
  case repeated(Job)
  /// Another request came before with the same idempotency key.
  case keyInUse
  /// `max_queued` jobs wait already.
  case queueFull
}
