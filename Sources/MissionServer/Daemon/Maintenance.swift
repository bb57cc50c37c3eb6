import Formats
import MissionEngine
import MissionModel
import MissionStore
import Posix
import Telemetry

/// What has to be done again and again: old jobs, workspaces and entries of the audit trail go.
struct Maintenance: Sendable {
  let store: JobStore
  let state: StateLayout
  let configuration: LiveConfiguration
  let answers: AnswerCache
  let idleMemory: IdleMemory
  let clock: EngineClock
  let log: Logger

  /// Between two cleanings.
  private static let interval: Duration = .seconds(60)
  /// Jobs that one transaction removes: no writer waits long for it.
  private static let batch = 50

  /// Works until its task is cancelled.
  func run() async {
    while !Task.isCancelled {
      await clean()
      idleMemory.workEnded()
      do throws(CancellationError) { try await clock.sleep(Self.interval) } catch { return }
    }
  }

  /// Removes what retention no longer keeps.
  func clean() async {
    let rules = configuration.current
    let now = clock.now()
    do throws(StoreError) {
      let rule = RetentionRule(
        finishedBefore: now.advanced(by: .seconds(-86_400 * rules.retentionDays)),
        keptJobs: rules.retentionJobs)
      while case let removed = try await store.expire(rule, limit: Self.batch, now: now),
        !removed.isEmpty
      {
        for job in removed { await forget(job) }
      }
      while case let removed = try await store.expireWorkspaces(
        finishedBefore: now.advanced(by: .seconds(-3600 * rules.workspaceHours)),
        failedBefore: now.advanced(by: .seconds(-3600 * rules.failedWorkspaceHours)), limit: Self.batch),
        !removed.isEmpty
      {
        for job in removed { await state.removeWorkspace(of: job) }
      }
      try await trimAudit(now, days: rules.auditDays)
    } catch {
      log.warning("old jobs could not be removed", ["cause": error.message])
    }
  }

  /// Rows of the audit trail that one transaction removes.
  private static let auditBatch = 2000

  /// Removes what is too old from the audit trail: once a day, since each time is an entry itself.
  private func trimAudit(_ now: Timestamp, days: Int) async throws(StoreError) {
    let limit = now.advanced(by: .seconds(-86_400 * days))
    guard let oldest = try await store.oldestAudit(), oldest < limit.advanced(by: .seconds(-86_400)) else {
      return
    }
    var removed = 0
    while case let count = try await store.trimAudit(before: limit, rows: Self.auditBatch, now: now),
      count > 0
    {
      removed += count
    }
    log.notice("old entries of the audit trail were removed", ["entries": String(removed)])
  }

  private func forget(_ job: RemovedJob) async {
    answers.forget(job.id)
    await state.remove(job)
  }
}
