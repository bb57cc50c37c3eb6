package import Formats
package import MissionModel
import SQLite

/// A finished job that is to be carried out again, as a job of its own.
package struct RetryRequest: Sendable {
  package var id: JobID
  package var at: Timestamp
  /// Places of steps that start anew although they succeeded.
  package var repeating: Set<Int> = []
  /// A new directory: all steps start anew in it. Nil takes over the workspace of the job before.
  package var freshWorkspace: String?
  package var idempotencyKey: Submission.IdempotencyKey?
  /// Who asked for it.
  package var actor = AuditActor.daemon

  /// Keeps the results of all steps that succeeded.
  package init(id: JobID, at: Timestamp) {
    self.id = id
    self.at = at
  }
}

/// What became of a retry.
package enum RetryOutcome: Sendable, Equatable {
  case accepted(Job)
  case repeated(Job)
  case keyInUse
  case queueFull
  case unknown
  /// Only finished jobs can be retried.
  case unfinished(Job)
  case alreadyRetried(as: JobID)
  /// Retention has removed the workspace: only a fresh one will do.
  case workspaceGone
}

/// What a job was made of, for whoever wants to carry it out again.
package struct RetriedJob: Sendable {
  package var job: Job
  package var document: [UInt8]
  package var format: DocumentFormat
  /// What the submission gave besides the document.
  package var context: JSONObject
  /// Where it worked; nil where another job has that directory now, or retention has removed it.
  package var workspace: Workspace?

  /// A directory that a job worked in.
  package struct Workspace: Sendable, Equatable {
    package var path: String
    /// True where the submitter named it.
    package var isNamed: Bool
  }
}

extension JobStore {
  /// What a job was made of; nil if there is no such job.
  package func retriedJob(of id: JobID) async throws(StoreError) -> RetriedJob? {
    try await read("read what job \(id) was made of") { tx throws(SQLiteError) in
      guard let row = try tx.job(id), let document = try tx.document(job: row.number) else { return nil }
      let rest = try tx.first(
        "SELECT workspace, workspace_state, context FROM jobs WHERE number = ?1", .integer(row.number)
      ) { row throws(SQLiteError) in (path: row.text(0), state: row.text(1), context: row.textOrNil(2)) }
      guard let rest else { return nil }
      var base = RetriedJob(
        job: row.job, document: document.bytes, format: document.format,
        context: try StoredJSON.value(rest.context).objectValue ?? [:])
      if ["own", "named"].contains(rest.state) {
        base.workspace = .init(path: rest.path, isNamed: rest.state == "named")
      }
      return base
    }
  }

  /// Makes a new job of a finished one, with the results that it keeps.
  package func retry(_ old: JobID, _ request: RetryRequest) async throws(StoreError) -> RetryOutcome {
    let hasRoom = queueRoom.take()
    let limit = queueRoom.limit
    let account = AuditRows(
      [
        AuditEntry(
          .jobRetried, at: request.at, by: request.actor, jobID: request.id,
          details: ["of": .string(old.description)])
      ], masker())
    return try await write("retry job \(old)") { tx throws(SQLiteError) in
      if let key = request.idempotencyKey, let earlier = try tx.earlier(key) {
        return switch earlier {
        case .repeated(let job), .accepted(let job): .repeated(job)
        case .keyInUse: .keyInUse
        case .queueFull: .queueFull
        }
      }
      guard let row = try tx.job(old) else { return .unknown }
      guard row.job.state.isFinal else { return .unfinished(row.job) }
      let isFresh = request.freshWorkspace != nil
      let workspaceState = try tx.workspaceState(job: row.number)
      if !isFresh {
        if let later = row.job.retriedAs { return .alreadyRetried(as: later) }
        guard ["own", "named"].contains(workspaceState) else { return .workspaceGone }
      }
      if !hasRoom, try tx.countQueued() >= limit { return .queueFull }
      let job = try tx.retry(row, request, workspaceState: isFresh ? "own" : workspaceState)
      try account.append(tx)
      return .accepted(job)
    }
  }
}

extension Transaction {
  fileprivate func workspaceState(job: Int64) throws(SQLiteError) -> String {
    try first("SELECT workspace_state FROM jobs WHERE number = ?1", .integer(job)) {
      row throws(SQLiteError) in
      row.text(0)
    } ?? ""
  }

  fileprivate func retry(
    _ row: JobRow, _ request: RetryRequest, workspaceState: String
  ) throws(SQLiteError) -> Job {
    let total = row.job.progress.total
    let at = SQLValue.integer(request.at.milliseconds)
    try execute(
      """
      INSERT INTO jobs (id, name, version, state, priority, last_event, created_at, changed_at, pending,
        workspace, workspace_state, labels, warnings, context)
      SELECT ?2, name, version, 'queued', priority, 1, ?3, ?3, ?4, coalesce(?5, workspace), ?6, labels,
        warnings, context FROM jobs WHERE number = ?1
      """, .integer(row.number), .text(request.id.description), at, SQLValue(total),
      SQLValue(request.freshWorkspace), .text(workspaceState))
    let number = lastInsertedRowID
    try copyDocument(from: row.number, to: number)
    if request.freshWorkspace == nil {
      try copySuccesses(from: row.number, to: number, except: request.repeating)
      try execute(
        """
        UPDATE jobs SET success = (SELECT count(*) FROM step_results WHERE key BETWEEN ?2 AND ?3),
          pending = pending - (SELECT count(*) FROM step_results WHERE key BETWEEN ?2 AND ?3)
        WHERE number = ?1
        """, .integer(number), .integer(StepKey.all(of: number).lowerBound),
        .integer(StepKey.all(of: number).upperBound))
      try execute(
        """
        UPDATE jobs SET workspace_state = iif(workspace_state = 'own', 'handed_over', workspace_state)
        WHERE number = ?1
        """, .integer(row.number))
    }
    try execute(
      "UPDATE jobs SET retried_as = ?2, changed_at = ?3, revision = revision + 1 WHERE number = ?1",
      .integer(row.number), .text(request.id.description), at)
    let event = JobEvent(.jobQueued, sequence: 1, at: request.at, status: "queued")
    try insert(news: EventNews([event]), job: number)
    if let key = request.idempotencyKey { try insert(key, job: number) }
    guard let made = try job(request.id) else { throw StoredJSON.damage("a job that was just inserted") }
    return made.job
  }

  private func copyDocument(from old: Int64, to new: Int64) throws(SQLiteError) {
    try execute(
      "INSERT INTO job_labels (key, value, job) SELECT key, value, ?2 FROM job_labels WHERE job = ?1",
      .integer(old), .integer(new))
    try execute(
      """
      INSERT INTO documents (job, format, size, bytes)
      SELECT ?2, format, size, bytes FROM documents WHERE job = ?1
      """,
      .integer(old), .integer(new))
    let chunks = ChunkKey.all(of: old)
    let chunkShift = ChunkKey.all(of: new).lowerBound - chunks.lowerBound
    try execute(
      "INSERT INTO document_chunks SELECT key + ?3, bytes FROM document_chunks WHERE key BETWEEN ?1 AND ?2",
      .integer(chunks.lowerBound), .integer(chunks.upperBound), .integer(chunkShift))
    let steps = StepKey.all(of: old)
    try execute(
      "INSERT INTO step_ids SELECT key + ?3, ids FROM step_ids WHERE key BETWEEN ?1 AND ?2",
      .integer(steps.lowerBound), .integer(steps.upperBound),
      .integer(StepKey.all(of: new).lowerBound - steps.lowerBound))
  }

  private func copySuccesses(
    from old: Int64, to new: Int64, except repeating: Set<Int>
  ) throws(SQLiteError) {
    let keys = StepKey.all(of: old)
    let range: [SQLValue] = [
      .integer(keys.lowerBound), .integer(keys.upperBound),
      .integer(StepKey.all(of: new).lowerBound - keys.lowerBound),
    ]
    try prepare(
      """
      INSERT INTO step_results SELECT key + ?3, status, attempts, duration_ms, started_at, finished_at,
        user_ms, system_ms, max_rss_bytes, output_size, error, warnings, output, prompt_tokens,
        completion_tokens
      FROM step_results WHERE key BETWEEN ?1 AND ?2 AND status = 'success'
      """
    ).execute(range)
    for place in repeating {
      try execute("DELETE FROM step_results WHERE key = ?1", .integer(StepKey.of(job: new, step: place)))
    }
    try prepare(
      """
      INSERT INTO step_outputs SELECT key + ?3, bytes FROM step_outputs
      WHERE key BETWEEN ?1 AND ?2 AND EXISTS (
        SELECT 1 FROM step_results WHERE step_results.key = step_outputs.key + ?3)
      """
    ).execute(range)
    try prepare(
      """
      INSERT INTO attempts SELECT step + ?3, number, started_at, finished_at, ending, is_death, error,
        prompt_tokens, completion_tokens
      FROM attempts WHERE step BETWEEN ?1 AND ?2 AND EXISTS (
        SELECT 1 FROM step_results WHERE step_results.key = attempts.step + ?3)
      """
    ).execute(range)
  }
}
