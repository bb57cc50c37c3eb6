import Formats
package import MissionModel
import SQLite

extension JobStore: JobJournal {
  package func record(_ entry: JournalEntry, of job: JobID) async throws(StoreError) {
    let rows = EntryRows(entry)
    let accounts = AuditRows(entry.audit, masker())
    let isKnown = try await write("record what job \(job) did") { tx throws(SQLiteError) -> Bool in
      guard let number = try tx.number(of: job) else { return false }
      try rows.store(tx, job: number)
      try accounts.append(tx)
      return true
    }
    guard isKnown else { throw StoreError(.refused, "record what job \(job) did: there is no such job") }
  }
}

/// An entry as rows, made before the writer's turn.
private struct EntryRows: Sendable {
  private let starts: [[SQLValue]]
  private let endings: [[SQLValue]]
  private let spent: [(step: Int, values: [SQLValue])]
  private let results: [StepResultRow]
  private let checkpoints: [(step: Int, value: [UInt8]?)]
  private let news: EventNews?
  private let update: [SQLValue]
  /// How the job ended; nil while it goes on.
  private let outcome: [SQLValue]?

  init(_ entry: JournalEntry) {
    struct Attempt: Hashable {
      let step: Int
      let number: Int
    }
    let ended = Set(entry.endings.map { Attempt(step: $0.stepIndex, number: $0.number) })
    // What started and ended in one entry is one row.
    starts = entry.starts.filter { !ended.contains(Attempt(step: $0.stepIndex, number: $0.number)) }.map(
      Self.row)
    endings = entry.endings.map(Self.row)
    spent = entry.spent.map {
      ($0.stepIndex, [SQLValue($0.attempt), SQLValue($0.tokens.prompt), SQLValue($0.tokens.completion)])
    }
    results = entry.results.map { StepResultRow(step: $0.stepIndex, result: $0.result) }
    checkpoints = entry.checkpoints.map {
      ($0.stepIndex, $0.value.isNull ? nil : $0.value.compactBytes)
    }
    news = entry.events.isEmpty ? nil : EventNews(entry.events)
    update = [
      SQLValue(entry.progress.pending), SQLValue(entry.progress.running), SQLValue(entry.progress.success),
      SQLValue(entry.progress.failed), SQLValue(entry.progress.skipped), SQLValue(entry.progress.cancelled),
      .integer(entry.at.milliseconds), SQLValue(news?.lastSequence), SQLValue(entry.tokens?.prompt),
      SQLValue(entry.tokens?.completion),
    ]
    outcome = entry.outcome.map {
      [.text($0.rawValue), .integer(entry.at.milliseconds), SQLValue(entry.error)]
    }
  }

  /// The step's place goes first and becomes its key when the job's number is known.
  private static func row(_ attempt: AttemptRecord) -> [SQLValue] {
    [
      SQLValue(attempt.stepIndex), SQLValue(attempt.number), .integer(attempt.startedAt.milliseconds),
      SQLValue(attempt.finishedAt?.milliseconds), SQLValue(attempt.ending?.rawValue), SQLValue(attempt.error),
    ]
  }

  func store(_ tx: borrowing Transaction, job: Int64) throws(SQLiteError) {
    let base = StepKey.all(of: job).lowerBound
    if !(starts.isEmpty && endings.isEmpty) {
      let insert = try tx.prepare(
        """
        INSERT INTO attempts (step, number, started_at, finished_at, ending, error)
        VALUES (?7 + ?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET finished_at = excluded.finished_at, ending = excluded.ending,
          error = excluded.error
        """)
      for values in starts { try insert.execute(values + [.integer(base)]) }
      for values in endings { try insert.execute(values + [.integer(base)]) }
    }
    for (step, values) in spent {
      try tx.prepare(
        "UPDATE attempts SET prompt_tokens = ?2, completion_tokens = ?3 WHERE step = ?4 AND number = ?1"
      ).execute(values + [.integer(base + Int64(step))])
    }
    if !results.isEmpty {
      let insert = try StepResultRow.statement(tx)
      for row in results { try row.insert(insert, job: job, tx) }
    }
    for (step, value) in checkpoints {
      try tx.store(checkpoint: value, key: StepKey.of(job: job, step: step))
    }
    if let news { try tx.insert(news: news, job: job) }
    try tx.prepare(
      """
      UPDATE jobs SET pending = ?1, running = ?2, success = ?3, failed = ?4, skipped = ?5, cancelled = ?6,
        changed_at = ?7, revision = revision + 1, last_event = coalesce(?8, last_event),
        prompt_tokens = coalesce(?9, prompt_tokens), completion_tokens = coalesce(?10, completion_tokens)
      WHERE number = ?11
      """
    ).execute(update + [.integer(job)])
    // By itself: what names an indexed column rewrites its indexes, and most entries end no job.
    guard let outcome else { return }
    try tx.prepare(
      "UPDATE jobs SET state = ?1, finished_at = ?2, error = coalesce(?3, error) WHERE number = ?4"
    )
    .execute(outcome + [.integer(job)])
    // Nothing is left to go on from, and what an agent wrote down on its way is nobody's business any more.
    let keys = StepKey.all(of: job)
    try tx.execute(
      "DELETE FROM checkpoints WHERE key BETWEEN ?1 AND ?2", .integer(keys.lowerBound),
      .integer(keys.upperBound))
  }
}

extension Transaction {
  fileprivate func store(checkpoint value: [UInt8]?, key: Int64) throws(SQLiteError) {
    guard let value else { return try execute("DELETE FROM checkpoints WHERE key = ?1", .integer(key)) }
    try execute(
      "INSERT OR REPLACE INTO checkpoints (key, value) VALUES (?1, ?2)", .integer(key), .bytes(value))
  }
}
