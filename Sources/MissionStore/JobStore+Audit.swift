package import Formats
package import MissionModel
import SQLite

/// Which entries of the audit trail are shown.
package struct AuditFilter: Sendable, Equatable {
  package var jobID: JobID?
  /// Written at or after this.
  package var since: Timestamp?
  /// Written before this.
  package var until: Timestamp?
  /// 1 to `JobStore.pageLimit`.
  package var limit = 100
  /// Where the page before ended: only entries with a smaller number.
  package var cursor: Int64?

  /// All entries.
  package init() {}
}

/// An entry as the trail has it.
package struct StoredAuditEntry: Sendable, Equatable {
  /// Counts the entries of this state directory from 1, without gaps.
  package var sequence: Int64
  /// SHA-256 of the hash before it and of `text`.
  package var hash: [UInt8]
  /// A JSON object in one line.
  package var text: String
}

/// A page of the audit trail, newest first.
package struct AuditPage: Sendable, Equatable {
  package var entries: [StoredAuditEntry]
  /// Where the next page begins; nil where this is the last.
  package var next: Int64?
}

extension JobStore {
  /// The trail for what changes no job: denials, failed logins, calls of tools.
  package var auditTrail: AuditTrail {
    AuditTrail { entries throws(StoreError) in
      let rows = AuditRows(entries, masker())
      try await write("write to the audit trail") { tx throws(SQLiteError) in try rows.append(tx) }
    }
  }

  /// A page of the entries that `filter` lets through, newest first.
  package func audit(_ filter: AuditFilter) async throws(StoreError) -> AuditPage {
    precondition((1...Self.pageLimit).contains(filter.limit), "a page holds 1 to \(Self.pageLimit) entries")
    let (sql, values) = Self.query(filter)
    return try await read("read the audit trail") { tx throws(SQLiteError) in
      var page = AuditPage(entries: [], next: nil)
      try tx.prepare(composed: sql).scan(values) { row throws(SQLiteError) in
        guard let read = AuditRow(row) else { throw StoredJSON.damage("a row of the audit trail") }
        // Times never go back along the trail: all that follow are older still.
        if let since = filter.since, read.at < since { return false }
        for entry in read.entries.reversed() where entry.sequence < filter.cursor ?? .max {
          guard page.entries.count < filter.limit else {
            page.next = page.entries.last?.sequence
            return false
          }
          page.entries.append(entry)
        }
        return true
      }
      return page
    }
  }

  /// Conditions are literals chosen here; values go in as parameters.
  private static func query(_ filter: AuditFilter) -> (sql: String, values: [SQLValue]) {
    var conditions: [String] = []
    var values: [SQLValue] = []
    func add(_ condition: String, _ value: SQLValue) {
      values.append(value)
      conditions.append(condition + " ?\(values.count)")
    }
    if let job = filter.jobID { add("job =", .text(job.description)) }
    // A row is keyed by its last entry, and may hold the one before the cursor all the same.
    let rest = Int64(AuditChain.entriesPerRow)
    if let cursor = filter.cursor { add("key <", .integer(min(cursor, .max - rest) + rest)) }
    if let until = filter.until { add("at <", .integer(until.milliseconds)) }
    let clause = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    return ("SELECT \(AuditRow.columns) FROM audit\(clause) ORDER BY key DESC", values)
  }

  /// Removes entries that were written before `limit`, at most `rows` rows of them, and leaves an anchor to
  /// which the rest is tied: the hash of the last one removed, itself in an entry. Returns how many.
  package func trimAudit(
    before limit: Timestamp, rows: Int, now: Timestamp
  ) async throws(StoreError) -> Int {
    let masker = masker()
    return try await write("remove old entries of the audit trail") { tx throws(SQLiteError) in
      let last = try tx.first(
        """
        SELECT key, at, substr(hashes, -32) FROM audit WHERE key = (
          SELECT max(key) FROM (SELECT key, at FROM audit ORDER BY key LIMIT ?2) WHERE at < ?1)
        """, .integer(limit.milliseconds), SQLValue(rows)
      ) { row throws(SQLiteError) in
        AuditHead(sequence: row.int64(0), at: row.int64(1), hash: row.bytes(2))
      }
      guard let last else { return 0 }
      let before = try tx.auditAnchor()
      let entry = AuditEntry(
        .trailTrimmed, at: now,
        details: ["through": .integer(last.sequence), "hash": .string(Hex.encode(last.hash))])
      try AuditRows([entry], masker).append(tx)
      try tx.execute(
        "UPDATE audit_anchor SET sequence = ?1, at = ?2, hash = ?3", .integer(last.sequence),
        .integer(last.at), .bytes(last.hash))
      try tx.execute("DELETE FROM audit WHERE key <= ?1", .integer(last.sequence))
      return Int(last.sequence - before.sequence)
    }
  }

  /// When the oldest entry was written; nil for an empty trail.
  package func oldestAudit() async throws(StoreError) -> Timestamp? {
    try await read("read the audit trail") { tx throws(SQLiteError) in
      try tx.first("SELECT at FROM audit ORDER BY key LIMIT 1") { row throws(SQLiteError) in
        Timestamp(milliseconds: row.int64(0))
      }
    }
  }
}

/// A row of the trail taken apart.
struct AuditRow {
  /// What `init` reads, in its order.
  static let columns = "key, job, hashes, entries, at"

  let job: String?
  let at: Timestamp
  let entries: [StoredAuditEntry]

  /// Nil where there is not a hash for each line.
  init?(_ row: borrowing Row) {
    let key = row.int64(0)
    job = row.textOrNil(1)
    at = Timestamp(milliseconds: row.int64(4))
    let hashes = row.bytes(2)
    let lines = row.bytes(3).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard hashes.count == lines.count * AuditChain.hashBytes else { return nil }
    let first = key - Int64(lines.count) + 1
    entries = lines.enumerated().map { offset, line in
      let start = offset * AuditChain.hashBytes
      return StoredAuditEntry(
        sequence: first + Int64(offset), hash: Array(hashes[start..<start + AuditChain.hashBytes]),
        text: String(decoding: line, as: UTF8.self))
    }
  }
}
