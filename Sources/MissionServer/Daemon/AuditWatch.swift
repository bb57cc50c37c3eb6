import MissionModel
import MissionStore

/// Knows how much of the audit trail has been verified since the start, so that each look goes on from there.
actor AuditWatch {
  private let store: JobStore
  private var verdict: AuditVerdict?

  /// Watches the trail of a job table; nothing is looked at yet.
  init(_ store: JobStore) { self.store = store }

  /// The trail as it stands now. Entries that were verified before are looked at again with `fromStart` only.
  func verify(fromStart: Bool = false) async throws(StoreError) -> AuditVerdict {
    let earlier = fromStart ? nil : verdict
    let found = try await store.verifyAudit(after: earlier ?? AuditVerdict())
    // A trail that was found changed stays so until it is looked at from its start.
    if let verdict, !verdict.isSound, !fromStart { return verdict }
    verdict = found
    return found
  }
}
