package import Formats
package import MissionModel
import SQLite

/// What became of somebody's wish to end a job.
package enum CancelOutcome: Sendable, Equatable {
  /// It waited and is over now.
  case cancelled(Job)
  /// It runs; its executor has to be told.
  case requested(Job)
  /// It was over before.
  case alreadyFinished(Job)
  case unknown
}

extension JobStore {
  /// Ends a queued job, or notes on a running one that its end is wanted.
  package func cancel(
    _ id: JobID, now: Timestamp, by actor: AuditActor = .daemon
  ) async throws(StoreError) -> CancelOutcome {
    let account = AuditRows([AuditEntry(.jobCancelled, at: now, by: actor, jobID: id)], masker())
    return try await write("cancel job \(id)") { tx throws(SQLiteError) in
      guard let row = try tx.job(id) else { return .unknown }
      switch row.job.state {
      case .finished:
        return .alreadyFinished(row.job)
      case .running:
        if row.job.isCancelRequested { return .requested(row.job) }
        try tx.execute(
          """
          UPDATE jobs SET is_cancel_requested = 1, changed_at = ?2, revision = revision + 1 WHERE number = ?1
          """, .integer(row.number), .integer(now.milliseconds))
      case .queued:
        let event = JobEvent(.jobFinished, sequence: row.lastEvent + 1, at: now, status: "cancelled")
        try tx.execute(
          """
          UPDATE jobs SET state = 'cancelled', is_cancel_requested = 1, finished_at = ?2, changed_at = ?2,
            revision = revision + 1, last_event = ?3, skipped = skipped + pending, pending = 0,
            error = 'cancelled before it started'
          WHERE number = ?1
          """, .integer(row.number), .integer(now.milliseconds), .integer(event.sequence))
        try tx.insert(news: EventNews([event]), job: row.number)
      }
      try account.append(tx)
      guard let changed = try tx.job(id) else { return .unknown }
      return changed.job.state.isFinal ? .cancelled(changed.job) : .requested(changed.job)
    }
  }
}
