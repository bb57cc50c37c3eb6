import Formats
import MissionModel
import SQLite

/// How entries of the audit trail become text, and what ties each to the one before.
///
/// An entry's hash is the SHA-256 of the hash before it and of its text, as it is stored: who changes,
/// removes or inserts one has to change the hashes of all that follow. The first follows 32 zero bytes.
enum AuditChain {
  /// Bytes of a hash.
  static let hashBytes = 32
  /// Entries that share a row at most: those of one transaction about one job.
  static let entriesPerRow = 64

  /// The hash of an entry.
  static func link(_ previous: [UInt8], _ text: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    digest.update(previous)
    digest.update(text)
    return digest.finalize()
  }

  /// An entry as it is stored, in one line without secrets.
  static func text(of entry: AuditEntry, _ masker: Masker) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("at", entry.at.description)
    writer.member("who", masker.mask(entry.actor.name))
    writer.member("address", entry.actor.address)
    writer.member("action", entry.action.rawValue)
    writer.member("mission_id", entry.jobID?.description)
    if let step = entry.stepID { writer.member("step_id", masker.mask(step)) }
    if let attempt = entry.attempt { writer.member("attempt", attempt) }
    if !entry.details.isEmpty { writer.member("details", masker.mask(.object(entry.details))) }
    writer.endObject()
    return writer.bytes
  }
}

/// Entries on their way into the table, made before the writer's turn.
struct AuditRows: Sendable {
  private struct Row: Sendable {
    let job: String?
    var at: Int64
    var texts: [[UInt8]]
  }

  private var rows: [Row] = []

  init(_ entries: [AuditEntry], _ masker: Masker) {
    for entry in entries {
      let (job, text) = (entry.jobID?.description, AuditChain.text(of: entry, masker))
      if let last = rows.indices.last, rows[last].job == job,
        rows[last].texts.count < AuditChain.entriesPerRow
      {
        rows[last].texts.append(text)
        rows[last].at = max(rows[last].at, entry.at.milliseconds)
      } else {
        rows.append(Row(job: job, at: entry.at.milliseconds, texts: [text]))
      }
    }
  }

  /// Appends them to the trail.
  func append(_ tx: borrowing Transaction) throws(SQLiteError) {
    guard !rows.isEmpty else { return }
    var head = try tx.auditHead()
    let insert = try tx.prepare(
      "INSERT INTO audit (key, at, job, hashes, entries) VALUES (?1, ?2, ?3, ?4, ?5)")
    for row in rows {
      var hashes: [UInt8] = []
      hashes.reserveCapacity(row.texts.count * AuditChain.hashBytes)
      for text in row.texts {
        head.hash = AuditChain.link(head.hash, text)
        hashes += head.hash
      }
      head.sequence += Int64(row.texts.count)
      head.at = max(head.at, row.at)
      var lines = row.texts[0]
      for text in row.texts.dropFirst() { lines += [UInt8(ascii: "\n")] + text }
      try insert.execute([
        .integer(head.sequence), .integer(head.at), SQLValue(row.job), .bytes(hashes),
        .text(String(decoding: lines, as: UTF8.self)),
      ])
    }
  }
}

/// Where the trail ends, or where it begins after old entries were removed.
struct AuditHead: Sendable, Equatable {
  /// The number of the last entry; 0 for an empty trail.
  var sequence: Int64
  /// When it was written; never earlier than what came before, whatever the clock says.
  var at: Int64
  var hash: [UInt8]
}

extension Transaction {
  /// The last entry, or what is left of it.
  func auditHead() throws(SQLiteError) -> AuditHead {
    let last = try first("SELECT key, at, substr(hashes, -32) FROM audit ORDER BY key DESC LIMIT 1") {
      row throws(SQLiteError) in AuditHead(sequence: row.int64(0), at: row.int64(1), hash: row.bytes(2))
    }
    if let last { return last }
    return try auditAnchor()
  }

  /// What the first entry follows: nothing, or the last of those that retention removed.
  func auditAnchor() throws(SQLiteError) -> AuditHead {
    let anchor = try first("SELECT sequence, at, hash FROM audit_anchor") { row throws(SQLiteError) in
      AuditHead(sequence: row.int64(0), at: row.int64(1), hash: row.bytes(2))
    }
    guard let anchor else { throw StoredJSON.damage("an audit trail without its anchor") }
    return anchor
  }
}
