package import Formats

/// Where entries are written that nobody can change afterwards (contract §9).
///
/// What changes the job table is written in the same transaction; this is the way for everything else, such
/// as denials, failed logins and calls of tools.
package struct AuditTrail: Sendable {
  /// Appends entries; when it returns, they survive a power cut.
  package let record: @Sendable (_ entries: [AuditEntry]) async throws(StoreError) -> Void

  /// Wraps what appends.
  package init(record: @escaping @Sendable (_ entries: [AuditEntry]) async throws(StoreError) -> Void) {
    self.record = record
  }
}

/// The audit trail as a step reaches it: the job, the step and the attempt are filled in.
package struct StepAudit: Sendable {
  private let append: @Sendable (AuditEntry.Action, JSONObject) async throws(StepFailure) -> Void

  /// Wraps what appends.
  package init(
    append: @escaping @Sendable (AuditEntry.Action, JSONObject) async throws(StepFailure) -> Void
  ) {
    self.append = append
  }

  /// Writes down what the step is about to do; durable when it returns, so call it before the effect.
  ///
  /// - Throws: where the trail cannot be written. What cannot be accounted for must not be done.
  package func record(_ action: AuditEntry.Action, _ details: JSONObject) async throws(StepFailure) {
    try await append(action, details)
  }

  /// Keeps no trail, as `mission run` does.
  package static let none = StepAudit { _, _ in }
}
