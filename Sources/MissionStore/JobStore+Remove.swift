package import Formats
package import MissionModel
import SQLite

/// What became of a deletion.
package enum DeleteOutcome: Sendable, Equatable {
  /// The job is gone from every answer; what it leaves on disk is the caller's to remove.
  case deleted(RemovedJob)
  /// Only finished jobs can be deleted.
  case unfinished
  case unknown
}

/// A job that is no more, and what of it lies outside of the database.
package struct RemovedJob: Sendable, Equatable {
  package var id: JobID
  /// The directory that was the job's own; nil where it was named by the submitter, or is another job's now.
  package var workspace: String?
}

/// When finished jobs and their workspaces have been kept long enough.
package struct RetentionRule: Sendable, Equatable {
  /// Jobs that finished before this go.
  package var finishedBefore: Timestamp
  /// Of the others, the newest so many stay.
  package var keptJobs: Int

  /// Joins the two bounds; whichever keeps less, holds.
  package init(finishedBefore: Timestamp, keptJobs: Int) {
    self.finishedBefore = finishedBefore
    self.keptJobs = keptJobs
  }
}

extension JobStore {
  /// Removes a finished job. It is gone at once; its rows follow in short transactions.
  package func delete(
    _ id: JobID, now: Timestamp, by actor: AuditActor = .daemon
  ) async throws(StoreError) -> DeleteOutcome {
    let account = AuditRows([AuditEntry(.jobDeleted, at: now, by: actor, jobID: id)], masker())
    let outcome = try await write("delete job \(id)") { tx throws(SQLiteError) -> DeleteOutcome in
      guard let row = try tx.job(id) else { return .unknown }
      guard row.job.state.isFinal else { return .unfinished }
      let removed = try tx.remove(row.number)
      try account.append(tx)
      return .deleted(removed)
    }
    if case .deleted = outcome { try await purge() }
    return outcome
  }

  /// Removes up to `limit` of the oldest finished jobs that the rule does not keep; empty when it keeps all.
  package func expire(
    _ rule: RetentionRule, limit: Int, now: Timestamp
  ) async throws(StoreError) -> [RemovedJob] {
    let removed = try await write("remove old jobs") { tx throws(SQLiteError) -> [RemovedJob] in
      let numbers = try tx.finishedJobs(beyond: rule, limit: limit)
      var removed: [RemovedJob] = []
      for number in numbers { removed.append(try tx.remove(number)) }
      let accounts = removed.map { job in
        AuditEntry(.jobDeleted, at: now, jobID: job.id, details: ["reason": "retention"])
      }
      try AuditRows(accounts, .none).append(tx)
      return removed
    }
    try await purge()
    return removed
  }

  /// Gives up workspaces of jobs that finished long enough ago, at most `limit`; the directories are the
  /// caller's to remove. Jobs that failed or were cancelled have a bound of their own: they may be retried.
  package func expireWorkspaces(
    finishedBefore: Timestamp, failedBefore: Timestamp, limit: Int
  ) async throws(StoreError) -> [RemovedJob] {
    try await write("remove old workspaces") { tx throws(SQLiteError) in
      try tx.all(
        """
        UPDATE jobs SET workspace_state = 'removed' WHERE number IN (
          SELECT number FROM jobs WHERE finished_at IS NOT NULL AND workspace_state = 'own'
            AND finished_at < iif(state = 'completed', ?1, ?2) AND finished_at < max(?1, ?2)
          ORDER BY finished_at LIMIT ?3)
        RETURNING id, workspace
        """, .integer(finishedBefore.milliseconds), .integer(failedBefore.milliseconds), SQLValue(limit)
      ) { row throws(SQLiteError) in
        guard let id = JobID(row.text(0)) else { throw StoredJSON.damage("a job's id") }
        return RemovedJob(id: id, workspace: row.text(1))
      }
    }
  }

  /// Removes what deleted jobs have left, a few rows at a time so that no writer waits long. Goes on with
  /// what a daemon before did not finish, too.
  package func purge() async throws(StoreError) {
    let rowsAtOnce = 500
    var hasMore = true
    while hasMore {
      hasMore = try await write("remove the rows of deleted jobs") { tx throws(SQLiteError) in
        var deleted = 0
        while deleted < rowsAtOnce {
          guard let rows = try tx.purge(limit: rowsAtOnce) else { return false }
          deleted += rows
        }
        return true
      }
    }
  }
}

extension Transaction {
  /// The oldest finished jobs that the rule does not keep.
  fileprivate func finishedJobs(beyond rule: RetentionRule, limit: Int) throws(SQLiteError) -> [Int64] {
    // The newest job that goes for the number of those kept, and the last instant that goes for its age.
    let byCount = try first(
      """
      SELECT finished_at, number FROM jobs WHERE finished_at IS NOT NULL
      ORDER BY finished_at DESC, number DESC LIMIT 1 OFFSET ?1
      """, SQLValue(rule.keptJobs)
    ) { row throws(SQLiteError) in (row.int64(0), row.int64(1)) }
    let byAge = (rule.finishedBefore.milliseconds - 1, Int64.max)
    let last = byCount.map { $0 > byAge ? $0 : byAge } ?? byAge
    return try all(
      """
      SELECT number FROM jobs WHERE finished_at IS NOT NULL AND (finished_at, number) <= (?1, ?2)
      ORDER BY finished_at, number LIMIT ?3
      """, .integer(last.0), .integer(last.1), SQLValue(limit)
    ) { row throws(SQLiteError) in row.int64(0) }
  }

  /// Takes the job out of every answer and leaves its rows to be purged.
  fileprivate func remove(_ number: Int64) throws(SQLiteError) -> RemovedJob {
    try execute("DELETE FROM job_labels WHERE job = ?1", .integer(number))
    try execute("DELETE FROM idempotency_keys WHERE job = ?1", .integer(number))
    let removed = try first(
      "DELETE FROM jobs WHERE number = ?1 RETURNING id, workspace, workspace_state", .integer(number)
    ) { row throws(SQLiteError) in
      guard let id = JobID(row.text(0)) else { throw StoredJSON.damage("a job's id") }
      return RemovedJob(id: id, workspace: row.text(2) == "own" ? row.text(1) : nil)
    }
    try execute("INSERT INTO removals (job) VALUES (?1)", .integer(number))
    guard let removed else { throw StoredJSON.damage("a job that was just there") }
    return removed
  }

  /// Deletes some rows of one removed job and says how many; nil when no removed job is left.
  fileprivate func purge(limit: Int) throws(SQLiteError) -> Int? {
    let job = try first("SELECT job FROM removals LIMIT 1") { row throws(SQLiteError) in row.int64(0) }
    guard let job else { return nil }
    var deleted = 0
    for (sql, keys) in Self.deletions(of: job) {
      try execute(sql, .integer(keys.lowerBound), .integer(keys.upperBound), SQLValue(limit))
      deleted += changes
    }
    if deleted < limit {  // so no table has more of it
      try execute("DELETE FROM documents WHERE job = ?1", .integer(job))
      try execute("DELETE FROM removals WHERE job = ?1", .integer(job))
      deleted += 1
    }
    return deleted
  }

  /// What removes rows of a job from each table that may hold many, and the keys among which they lie.
  private static func deletions(of job: Int64) -> [(sql: StaticString, keys: ClosedRange<Int64>)] {
    let steps = StepKey.all(of: job)
    return [
      (
        """
        DELETE FROM step_results WHERE key IN (
          SELECT key FROM step_results WHERE key BETWEEN ?1 AND ?2 LIMIT ?3)
        """, steps
      ),
      (
        """
        DELETE FROM step_outputs WHERE key IN (
          SELECT key FROM step_outputs WHERE key BETWEEN ?1 AND ?2 LIMIT ?3)
        """, steps
      ),
      (
        """
        DELETE FROM attempts WHERE (step, number) IN (
          SELECT step, number FROM attempts WHERE step BETWEEN ?1 AND ?2 LIMIT ?3)
        """, steps
      ),
      (
        "DELETE FROM step_ids WHERE key IN (SELECT key FROM step_ids WHERE key BETWEEN ?1 AND ?2 LIMIT ?3)",
        steps
      ),
      (
        """
        DELETE FROM checkpoints WHERE key IN (
          SELECT key FROM checkpoints WHERE key BETWEEN ?1 AND ?2 LIMIT ?3)
        """, steps
      ),
      (
        "DELETE FROM events WHERE key IN (SELECT key FROM events WHERE key BETWEEN ?1 AND ?2 LIMIT ?3)",
        EventKey.all(of: job)
      ),
      (
        """
        DELETE FROM document_chunks WHERE key IN (
          SELECT key FROM document_chunks WHERE key BETWEEN ?1 AND ?2 LIMIT ?3)
        """, ChunkKey.all(of: job)
      ),
    ]
  }
}
