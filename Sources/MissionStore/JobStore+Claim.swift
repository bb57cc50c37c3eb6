package import Formats
package import MissionModel
import SQLite

extension JobStore: JobQueue {
  package func claim(limit: Int, now: Timestamp) async throws(StoreError) -> [ClaimedJob] {
    precondition(limit > 0, "a claim for nothing")
    return try await write("claim jobs") { tx throws(SQLiteError) in
      var claims = try tx.claimInterrupted(limit: limit, now: now)
      if claims.count < limit {
        let fresh = try tx.claimQueued(limit: limit - claims.count, now: now)
        for claim in fresh { try tx.insert(news: claim.news(at: now), job: claim.number) }
        claims += fresh
      }
      var jobs: [ClaimedJob] = []
      for claim in claims.sorted(by: { $0.order < $1.order }) { jobs.append(try tx.claimedJob(claim)) }
      return jobs
    }
  }
}

/// A row that was just claimed.
private struct Claim {
  let number: Int64
  let id: String
  let priority: Int
  let workspace: String
  let startedAt: Int64
  let lastEvent: Int64
  let isCancelRequested: Bool
  let context: String?
  let tokens: TokenUsage?
  let isResumed: Bool

  init(_ row: borrowing Row, isResumed: Bool) {
    number = row.int64(0)
    id = row.text(1)
    priority = row.int(2)
    workspace = row.text(3)
    startedAt = row.int64(4)
    lastEvent = row.int64(5)
    isCancelRequested = row.bool(6)
    context = row.textOrNil(7)
    tokens = row.isNull(8) ? nil : TokenUsage(prompt: row.int(8), completion: row.int(9))
    self.isResumed = isResumed
  }

  /// What a job that starts has to tell.
  func news(at now: Timestamp) -> EventNews {
    EventNews([JobEvent(.jobStarted, sequence: lastEvent, at: now, status: "running")])
  }

  /// Interrupted jobs first, then by priority, then oldest: RETURNING promises no order.
  var order: (Int, Int, Int64) { (isResumed ? 0 : 1, -priority, number) }
}

extension Transaction {
  /// Jobs that were running when the daemon ended go on before anything new starts.
  fileprivate func claimInterrupted(limit: Int, now: Timestamp) throws(SQLiteError) -> [Claim] {
    try all(
      """
      UPDATE jobs SET is_interrupted = 0, changed_at = ?2, revision = revision + 1
      WHERE number IN (
        SELECT number FROM jobs WHERE state = 'running' AND is_interrupted
        ORDER BY priority DESC, number LIMIT ?1)
      RETURNING number, id, priority, workspace, started_at, last_event, is_cancel_requested, context,
        prompt_tokens, completion_tokens
      """, SQLValue(limit), .integer(now.milliseconds)
    ) { row throws(SQLiteError) in Claim(row, isResumed: true) }
  }

  /// A job that named its workspace waits while another runs there, and behind those that asked before.
  fileprivate func claimQueued(limit: Int, now: Timestamp) throws(SQLiteError) -> [Claim] {
    try all(
      """
      UPDATE jobs SET state = 'running', started_at = ?2, changed_at = ?2, revision = revision + 1,
        last_event = last_event + 1
      WHERE number IN (
        SELECT number FROM jobs AS next WHERE state = 'queued' AND (
          workspace_state <> 'named'
          OR NOT EXISTS (
            SELECT 1 FROM jobs WHERE state = 'running' AND workspace = next.workspace)
          AND number = (
            SELECT number FROM jobs
            WHERE state = 'queued' AND workspace_state = 'named' AND workspace = next.workspace
            ORDER BY priority DESC, number LIMIT 1))
        ORDER BY priority DESC, number LIMIT ?1)
      RETURNING number, id, priority, workspace, started_at, last_event, is_cancel_requested, context,
        prompt_tokens, completion_tokens
      """, SQLValue(limit), .integer(now.milliseconds)
    ) { row throws(SQLiteError) in Claim(row, isResumed: false) }
  }

  fileprivate func claimedJob(_ claim: Claim) throws(SQLiteError) -> ClaimedJob {
    guard let id = JobID(claim.id), let document = try document(job: claim.number) else {
      throw StoredJSON.damage("a job without a document")
    }
    var progress = try recordedProgress(job: claim.number)
    progress.tokens = claim.tokens
    var job = ClaimedJob(
      id: id, document: document.bytes, format: document.format,
      context: try StoredJSON.value(claim.context).objectValue ?? [:], workspace: claim.workspace,
      startedAt: Timestamp(milliseconds: claim.startedAt), lastEvent: claim.lastEvent,
      progress: progress, isCancelRequested: claim.isCancelRequested)
    job.isResumed = claim.isResumed
    return job
  }

  private func recordedProgress(job: Int64) throws(SQLiteError) -> RecordedProgress {
    var progress = RecordedProgress()
    let keys = StepKey.all(of: job)
    for (step, stored) in try stepResults(job: job, steps: 0...Int.max, includesOutputs: true) {
      do throws(JSONError) { progress.results[step] = try stored.parsed() } catch {
        throw StoredJSON.damage("\(error)")
      }
    }
    if !progress.results.isEmpty {
      // A result names its step by place; the ids lie beside the document.
      var first = 0
      while case let ids = try stepIDs(job: job, from: first, limit: StepIDs.perRow), !ids.isEmpty {
        for (offset, id) in ids.enumerated() { progress.results[first + offset]?.stepID = id }
        first += ids.count
      }
    }
    try scan(
      "SELECT key, value FROM checkpoints WHERE key BETWEEN ?1 AND ?2", .integer(keys.lowerBound),
      .integer(keys.upperBound)
    ) { row throws(SQLiteError) in
      progress.checkpoints[StepKey.place(in: row.int64(0))] = try StoredJSON.value(row.bytes(1))
      return true
    }
    try scan(
      """
      SELECT step, number, started_at, ending, is_death, prompt_tokens, completion_tokens FROM attempts
      WHERE step BETWEEN ?1 AND ?2
      """, .integer(keys.lowerBound), .integer(keys.upperBound)
    ) { row throws(SQLiteError) in
      let step = StepKey.place(in: row.int64(0))
      guard progress.results[step] == nil else { return true }
      let ending = row.textOrNil(3).flatMap(AttemptRecord.Ending.init)
      let isDrained = ending == .drained || (ending == .interrupted && !row.bool(4))
      var attempts =
        progress.attempts[step]
        ?? RecordedAttempts(
          started: 0, interruptions: 0, drains: 0,
          firstStartedAt: Timestamp(milliseconds: row.int64(2)), wasRunning: false)
      attempts.started = row.int(1)  // rows come in the order of their numbers
      attempts.wasRunning = ending == nil || ending == .interrupted || isDrained
      if row.bool(4) { attempts.interruptions += 1 }
      if isDrained { attempts.drains += 1 }
      if !row.isNull(5) {
        attempts.tokens = .sum(attempts.tokens, TokenUsage(prompt: row.int(5), completion: row.int(6)))
      }
      progress.attempts[step] = attempts
      return true
    }
    return progress
  }
}
