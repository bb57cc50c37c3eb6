import Formats
package import MissionModel
import SQLite

extension JobStore {
  /// Takes a job in, or finds the one that the same request made before: one transaction.
  package func submit(_ submission: Submission) async throws(StoreError) -> SubmissionOutcome {
    let hasRoom = queueRoom.take()
    let limit = queueRoom.limit
    let chunks = DocumentChunks(submission.document)
    let ids = StepIDs(submission.stepIDs)
    let account = AuditRows([submission.account], masker())
    let (outcome, queued) = try await write("submit job \(submission.id)") {
      tx throws(SQLiteError) -> (SubmissionOutcome, Int?) in
      if let key = submission.idempotencyKey, let earlier = try tx.earlier(key) { return (earlier, nil) }
      let queued = hasRoom ? nil : try tx.countQueued()
      if let queued, queued >= limit { return (.queueFull, queued) }
      let number = try tx.insert(submission)
      try tx.insert(chunks, format: submission.format, job: number)
      try tx.insert(ids, job: number)
      if let key = submission.idempotencyKey { try tx.insert(key, job: number) }
      try account.append(tx)
      return (.accepted(submission.job), queued.map { $0 + 1 })
    }
    if let queued { queueRoom.counted(queued) }
    return outcome
  }

  /// What a key already stands for: `.repeated` for the same request, `.keyInUse` for another, nil for none.
  package func earlier(
    _ key: Submission.IdempotencyKey
  ) async throws(StoreError) -> SubmissionOutcome? {
    try await read("look up an Idempotency-Key") { tx throws(SQLiteError) in try tx.earlier(key) }
  }
}

extension Submission {
  /// The job that it becomes, as the table has it from then on.
  fileprivate var job: Job {
    Job(
      id: id, name: name, version: version, state: .queued, revision: 1, labels: labels, priority: priority,
      progress: Job.Progress(waiting: stepIDs.count), warnings: warnings, createdAt: at, changedAt: at)
  }

  /// What the audit trail says of it.
  fileprivate var account: AuditEntry {
    var details: JSONObject = [
      "name": .string(String(name.prefix(200))), "steps": JSON(stepIDs.count),
      "workspace": .string(workspace),
    ]
    if priority != 0 { details["priority"] = JSON(priority) }
    return AuditEntry(.jobSubmitted, at: at, by: actor, jobID: id, details: details)
  }
}

extension Transaction {
  func earlier(_ key: Submission.IdempotencyKey) throws(SQLiteError) -> SubmissionOutcome? {
    let known = try first(
      """
      SELECT fingerprint = ?3, jobs.id FROM idempotency_keys JOIN jobs ON number = job
      WHERE owner = ?1 AND key = ?2
      """, .text(key.owner), .text(key.key), .bytes(key.fingerprint)
    ) { row throws(SQLiteError) in (isSame: row.bool(0), id: row.text(1)) }
    guard let known else { return nil }
    guard known.isSame else { return .keyInUse }
    guard let id = JobID(known.id), let row = try job(id) else { throw StoredJSON.damage("a job's id") }
    return .repeated(row.job)
  }

  func countQueued() throws(SQLiteError) -> Int {
    try first("SELECT count(*) FROM jobs WHERE state = 'queued'") { row throws(SQLiteError) in row.int(0) }
      ?? 0
  }

  /// Makes the row, its labels and its first event; returns the job's number.
  func insert(_ submission: Submission) throws(SQLiteError) -> Int64 {
    let at = SQLValue.integer(submission.at.milliseconds)
    try execute(
      """
      INSERT INTO jobs (id, name, version, state, priority, last_event, created_at, changed_at, pending,
        workspace, workspace_state, labels, warnings, context)
      VALUES (?1, ?2, ?3, 'queued', ?4, 1, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """, .text(submission.id.description), .text(submission.name), .text(submission.version),
      SQLValue(submission.priority), at, SQLValue(submission.stepIDs.count), .text(submission.workspace),
      .text(submission.isWorkspaceNamed ? "named" : "own"), StoredJSON.column(submission.labels),
      StoredJSON.column(submission.warnings), StoredJSON.column(.object(submission.context)))
    let number = lastInsertedRowID
    for (key, value) in submission.labels {
      try execute(
        "INSERT INTO job_labels (key, value, job) VALUES (?1, ?2, ?3)", .text(key), .text(value),
        .integer(number))
    }
    let event = JobEvent(.jobQueued, sequence: 1, at: submission.at, status: "queued")
    try insert(news: EventNews([event]), job: number)
    return number
  }

  func insert(_ key: Submission.IdempotencyKey, job: Int64) throws(SQLiteError) {
    try execute(
      "INSERT INTO idempotency_keys (owner, key, fingerprint, job) VALUES (?1, ?2, ?3, ?4)",
      .text(key.owner), .text(key.key), .bytes(key.fingerprint), .integer(job))
  }
}
