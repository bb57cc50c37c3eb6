import Formats
import MissionModel
import SQLite

/// A job with its number in the table.
struct JobRow {
  let number: Int64
  var job: Job
  let lastEvent: Int64

  /// What `init` reads, in its order.
  static let columns = """
    number, id, name, version, state, started_at, finished_at, revision, labels, priority, pending, running, \
    success, failed, skipped, cancelled, error, warnings, created_at, changed_at, retried_as, \
    is_cancel_requested, last_event, prompt_tokens, completion_tokens
    """

  init(_ row: borrowing Row) throws(SQLiteError) {
    number = row.int64(0)
    lastEvent = row.int64(22)
    guard let id = JobID(row.text(1)) else { throw StoredJSON.damage("a job's id") }
    var progress = Job.Progress()
    progress.pending = row.int(10)
    progress.running = row.int(11)
    progress.success = row.int(12)
    progress.failed = row.int(13)
    progress.skipped = row.int(14)
    progress.cancelled = row.int(15)
    progress.total =
      progress.pending + progress.running + progress.success + progress.failed + progress.skipped
      + progress.cancelled
    job = Job(
      id: id, name: row.text(2), version: row.text(3), state: try Self.state(row), revision: row.int64(7),
      labels: try StoredJSON.map(row.textOrNil(8)), priority: row.int(9), progress: progress,
      error: row.textOrNil(16), warnings: try StoredJSON.texts(row.textOrNil(17)),
      createdAt: Timestamp(milliseconds: row.int64(18)), changedAt: Timestamp(milliseconds: row.int64(19)),
      retriedAs: row.textOrNil(20).flatMap(JobID.init), isCancelRequested: row.bool(21),
      tokens: row.isNull(23) ? nil : TokenUsage(prompt: row.int(23), completion: row.int(24)))
  }

  private static func state(_ row: borrowing Row) throws(SQLiteError) -> JobState {
    let status = row.text(4)
    let started = row.int64OrNil(5).map(Timestamp.init(milliseconds:))
    let finished = row.int64OrNil(6).map(Timestamp.init(milliseconds:))
    if status == "queued" { return .queued }
    if status == "running", let started { return .running(since: started) }
    if let outcome = JobState.Outcome(rawValue: status), let finished {
      return .finished(outcome, since: started, at: finished)
    }
    throw StoredJSON.damage("a job's state \(status)")
  }
}

extension Transaction {
  /// The job of that id; nil if there is none.
  func job(_ id: JobID) throws(SQLiteError) -> JobRow? {
    try first(
      """
      SELECT number, id, name, version, state, started_at, finished_at, revision, labels, priority, pending,
        running, success, failed, skipped, cancelled, error, warnings, created_at, changed_at, retried_as,
        is_cancel_requested, last_event, prompt_tokens, completion_tokens
      FROM jobs WHERE id = ?1
      """, .text(id.description)
    ) { row throws(SQLiteError) in try JobRow(row) }
  }

  /// The number of the job of that id; nil if there is none.
  func number(of id: JobID) throws(SQLiteError) -> Int64? {
    try first("SELECT number FROM jobs WHERE id = ?1", .text(id.description)) { row throws(SQLiteError) in
      row.int64(0)
    }
  }
}
