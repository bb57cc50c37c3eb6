import Formats
package import MissionModel
import SQLite

/// Whether the audit trail is as it was written.
package struct AuditVerdict: Sendable, Equatable {
  /// Entries whose hashes were recomputed and fit.
  package var verified: Int64
  /// The number of the last of them; the entries before the first were removed by retention.
  package var through: Int64
  /// The hash of that one: kept elsewhere, it proves later that nothing was cut off at the end.
  package var head: [UInt8]
  /// The first entry that is not as it was written, and how that shows.
  package var firstBad: (sequence: Int64, reason: String)?
  /// What the last entry about removed entries says of them.
  fileprivate var trimmed: (sequence: Int64, hash: String)?

  /// Nothing looked at yet.
  package init() {
    verified = 0
    through = 0
    head = [UInt8](repeating: 0, count: AuditChain.hashBytes)
  }

  package static func == (left: AuditVerdict, right: AuditVerdict) -> Bool {
    left.verified == right.verified && left.through == right.through && left.head == right.head
      && left.firstBad?.sequence == right.firstBad?.sequence
      && left.firstBad?.reason == right.firstBad?.reason
  }

  /// True if every entry that was looked at is as it was written.
  package var isSound: Bool { firstBad == nil }

  fileprivate mutating func fail(_ sequence: Int64, _ reason: String) {
    if firstBad == nil { firstBad = (sequence, reason) }
  }

  /// Goes on behind what retention has removed.
  fileprivate mutating func begin(at anchor: AuditHead) {
    guard anchor.sequence > through else { return }
    through = anchor.sequence
    head = anchor.hash
  }

  /// Looks at a row; false where it does not follow.
  fileprivate mutating func take(_ row: AuditRow) -> Bool {
    for entry in row.entries {
      guard entry.sequence == through + 1 else {
        fail(through + 1, "is missing: entry \(entry.sequence) follows entry \(through)")
        return false
      }
      guard AuditChain.link(head, Array(entry.text.utf8)) == entry.hash else {
        fail(entry.sequence, "does not fit its hash and the one before it")
        return false
      }
      guard let fields = try? JSONParser.parse(entry.text),  // what fits its hash is still only a text
        fields["mission_id"]?.stringValue == row.job
      else {
        fail(entry.sequence, "is filed under another job than it names")
        return false
      }
      if fields["action"]?.stringValue == AuditEntry.Action.trailTrimmed.rawValue,
        let sequence = fields["details"]?["through"]?.integerValue,
        let hash = fields["details"]?["hash"]?.stringValue
      {
        trimmed = (sequence, hash)
      }
      (through, head) = (entry.sequence, entry.hash)
      verified += 1
    }
    return true
  }

  /// Looks whether what retention has removed is what an entry says.
  fileprivate mutating func finish(_ anchor: AuditHead) {
    guard anchor.sequence > 0, isSound else { return }
    guard let trimmed, trimmed.sequence == anchor.sequence, trimmed.hash == Hex.encode(anchor.hash) else {
      return fail(anchor.sequence + 1, "is the first, and no entry accounts for those removed before it")
    }
  }
}

extension JobStore {
  /// Rows that one read transaction looks at: no reader stops a checkpoint for long.
  private static let auditRowsAtOnce = 500

  /// Recomputes the hashes of the audit trail, from its beginning or from where `earlier` ended.
  package func verifyAudit(after earlier: AuditVerdict = AuditVerdict()) async throws(StoreError)
    -> AuditVerdict
  {
    var verdict = earlier
    var hasMore = true
    while hasMore, verdict.isSound {
      let start = verdict
      (verdict, hasMore) = try await read("verify the audit trail") {
        tx throws(SQLiteError) -> (AuditVerdict, Bool) in
        var verdict = start
        let anchor = try tx.auditAnchor()
        verdict.begin(at: anchor)
        var count = 0
        try tx.scan(
          "SELECT key, job, hashes, entries FROM audit WHERE key > ?1 ORDER BY key LIMIT ?2",
          .integer(verdict.through), SQLValue(Self.auditRowsAtOnce)
        ) { row throws(SQLiteError) in
          count += 1
          guard let read = AuditRow(row) else {
            verdict.fail(verdict.through + 1, "has not a hash for each line of its row")
            return false
          }
          return verdict.take(read)
        }
        let isLast = count < Self.auditRowsAtOnce
        if isLast { verdict.finish(anchor) }
        return (verdict, !isLast)
      }
    }
    return verdict
  }
}
