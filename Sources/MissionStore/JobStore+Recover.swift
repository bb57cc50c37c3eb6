package import Formats
package import MissionModel
import SQLite

/// What a start has found of the daemon before it.
package struct Recovery: Sendable, Equatable {
  /// Jobs that go on from what is recorded.
  package var interruptedJobs: Int
  /// Attempts that the death of the daemon ended.
  package var interruptedAttempts: Int
  /// Jobs that wait as before.
  package var queuedJobs: Int
}

extension JobStore {
  /// Takes up what the daemon before left behind, in one transaction: attempts that ran are interrupted, and
  /// their jobs are handed out again by the next claims. To be done before anything else, once.
  package func recover(now: Timestamp) async throws(StoreError) -> Recovery {
    let recovery = try await write("recover the job table") { tx throws(SQLiteError) -> Recovery in
      let running = try tx.all("SELECT number FROM jobs WHERE state = 'running'") { row throws(SQLiteError) in
        row.int64(0)
      }
      let interrupt = try tx.prepare(
        """
        UPDATE attempts SET finished_at = max(started_at, ?1), ending = 'interrupted', is_death = 1,
          error = 'the daemon ended while the attempt ran'
        WHERE step BETWEEN ?2 AND ?3 AND finished_at IS NULL
        """)
      var attempts = 0
      for job in running {
        let steps = StepKey.all(of: job)
        try interrupt.execute([
          .integer(now.milliseconds), .integer(steps.lowerBound), .integer(steps.upperBound),
        ])
        attempts += tx.changes
      }
      try tx.execute("UPDATE jobs SET is_interrupted = 1 WHERE state = 'running'")
      let jobs = tx.changes
      let queued = try tx.first("SELECT count(*) FROM jobs WHERE state = 'queued'") {
        row throws(SQLiteError) in row.int(0)
      }
      return Recovery(interruptedJobs: jobs, interruptedAttempts: attempts, queuedJobs: queued ?? 0)
    }
    queueRoom.counted(recovery.queuedJobs)
    return recovery
  }
}
