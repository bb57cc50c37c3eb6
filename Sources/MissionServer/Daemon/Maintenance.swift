import Formats
import Glibc
import MissionEngine
import MissionModel
import MissionStore
import Posix
import Telemetry

/// What has to be done again and again: old jobs and workspaces go, free space and the job table are looked
/// at.
struct Maintenance: Sendable {
  let store: JobStore
  let state: StateLayout
  let configuration: LiveConfiguration
  let health: Health
  let dispatcher: Dispatcher
  let answers: AnswerCache
  let tokens: LiveTokens
  let clock: EngineClock
  let log: Logger

  /// Between two looks at free space and at a job table that failed.
  private static let watchInterval: Duration = .seconds(2)
  /// Looks between two cleanings.
  private static let looksPerCleaning = 30
  /// Jobs that one transaction removes: no writer waits long for it.
  private static let batch = 50

  /// Works until its task is cancelled.
  func run() async {
    var look = 0
    while !Task.isCancelled {
      await watch()
      if look % Self.looksPerCleaning == 0 { await clean() }
      look += 1
      do throws(CancellationError) { try await clock.sleep(Self.watchInterval) } catch { return }
    }
  }

  /// Looks at free space, and at the job table where it failed.
  func watch() async {
    let wasReady = health.mayStart
    let least = configuration.current.limits.minFreeBytes
    let root = state.root
    let free = await BlockingWork.files.run { Self.freeBytes(at: root) }
    if let free, free < least {
      let text =
        "\(root) has \(ByteSize.describe(Int64(free))) free, less than limits.min_free_bytes "
        + "(\(ByteSize.describe(Int64(least)))); free some space"
      if health.set(.disk, text) { log.error("too little free space", ["free": String(free)]) }
    } else if health.set(.disk, nil) {
      log.notice("enough free space again")
    }
    await refreshTokens()
    if health.reasons.contains(where: { $0.cause == .database }) { await probe() }
    if !wasReady, health.mayStart { dispatcher.kick() }
  }

  private func probe() async {
    do throws(StoreError) {
      try await store.probe()
      if health.set(.database, nil) { log.notice("the job table works again") }
    } catch {
      health.set(.database, error.message)
    }
  }

  private static func freeBytes(at path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).0)
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

  /// Takes up tokens that were made or revoked.
  func refreshTokens() async {
    let (tokens, log) = (tokens, log)
    await BlockingWork.files.run {
      do throws(TokenFileError) {
        if try tokens.refresh() { log.notice("the tokens were read anew") }
      } catch {
        log.error("the tokens cannot be read; those from before stay valid", ["cause": error.description])
      }
    }
  }

  private func forget(_ job: RemovedJob) async {
    answers.forget(job.id)
    await state.remove(job)
  }
}
