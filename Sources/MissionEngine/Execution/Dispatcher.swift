import Formats
package import MissionModel

/// Claims queued jobs and keeps as many executors busy as it may. It is woken, it never polls.
package actor Dispatcher {
  private let queue: any JobQueue
  private let services: ExecutorServices
  private let load: @Sendable (ClaimedJob) async throws(ValidationError) -> Mission
  private let executors: Int

  private var running: [JobID: MissionExecutor?] = [:]
  /// Jobs that somebody cancelled while they were being claimed or their document was being loaded.
  private var cancelledEarly: Set<JobID> = []
  private var isClaiming = false
  private var isDraining = false
  /// Says that there may be something to claim; several such words are one. It ends with `drain`.
  private let signals: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []
  private var mayStart: @Sendable () -> Bool

  /// Waits between two tries to claim from a store that fails.
  private static let claimRetryDelay = Duration.seconds(1)

  /// Makes a dispatcher of `executors` places; 0 claims nothing. `mayStart` says whether the host has what
  /// new work needs, such as free disk space; ask again with `kick` when that changes.
  package init(
    queue: any JobQueue, services: ExecutorServices, executors: Int,
    mayStart: @escaping @Sendable () -> Bool = { true },
    load: @escaping @Sendable (ClaimedJob) async throws(ValidationError) -> Mission
  ) {
    self.queue = queue
    self.services = services
    self.executors = executors
    self.mayStart = mayStart
    self.load = load
    (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    signal.yield()
  }

  /// Works until `drain` has been called and the last executor is through.
  package func run() async {
    await withDiscardingTaskGroup { group in
      for await _ in signals {
        guard !isDraining, mayStart() else { continue }
        let claimed = await claim(executors - running.count)
        for job in claimed {
          running[job.id] = .some(nil)
          group.addTask { await self.carryOut(job) }
        }
        cancelledEarly.formIntersection(running.keys)
      }
    }
  }

  /// Says that there may be something to claim. It waits for nothing, so that a submission need not.
  package nonisolated func kick() {
    if executors > 0 { signal.yield() }
  }

  /// Cancels a job that runs here, or is about to; false if it does not.
  package func cancel(_ job: JobID) async -> Bool {
    // What is just being claimed runs already for the table, and is not known here yet.
    guard let executor = running[job] ?? (isClaiming ? .some(nil) : nil) else { return false }
    if let executor { await executor.cancel() } else { cancelledEarly.insert(job) }
    return true
  }

  /// How many jobs run here.
  package var runningCount: Int { running.count }

  /// Claims nothing more and lets attempts that run finish, up to `limit`; then they are interrupted, to go
  /// on after the next start.
  package func drain(limit: Duration) async {
    isDraining = true
    signal.finish()
    for case let executor? in running.values { await executor.drain() }
    let clock = services.clock
    let watchdog = Task { [weak self] in
      do { try await clock.sleep(limit) } catch { return }
      await self?.interruptAll()
    }
    await idle()
    watchdog.cancel()
  }

  /// Interrupts everything that still runs.
  package func interruptAll() async {
    for case let executor? in running.values { await executor.interrupt() }
  }

  private func idle() async {
    await withCheckedContinuation { continuation in
      if running.isEmpty { return continuation.resume() }
      idleWaiters.append(continuation)
    }
  }

  private func claim(_ places: Int) async -> [ClaimedJob] {
    guard places > 0 else { return [] }
    isClaiming = true
    defer { isClaiming = false }
    do {
      return try await queue.claim(limit: places, now: services.clock.now())
    } catch {
      // The store says why through its own health; the queue is tried again when it may work.
      try? await services.clock.sleep(Self.claimRetryDelay)
      kick()
      return []
    }
  }

  private func carryOut(_ job: ClaimedJob) async {
    do {
      let mission = try await load(job)
      let executor = MissionExecutor(job, mission: mission, services: services)
      running[job.id] = executor
      if cancelledEarly.remove(job.id) != nil { await executor.cancel() }
      if isDraining { await executor.drain() }
      _ = await executor.execute()
    } catch {
      await refuse(job, error)
    }
    running[job.id] = nil
    kick()
    guard running.isEmpty else { return }
    for waiter in idleWaiters { waiter.resume() }
    idleWaiters = []
  }

  /// Ends a job whose document this version cannot read, such as one of a version with other step types.
  private func refuse(_ job: ClaimedJob, _ error: ValidationError) async {
    let problem = error.problems.first { $0.severity == .error }
    let now = services.clock.now()
    var entry = JournalEntry(progress: Job.Progress(), at: now)
    entry.outcome = .failed
    entry.error =
      "the mission cannot be read any more: \(problem.map { "\($0.pointer) \($0.message)" } ?? "unknown")"
    entry.events = [
      JobEvent(.jobFinished, sequence: job.lastEvent + 1, at: now, status: "failed", error: entry.error)
    ]
    while true {
      do { return try await services.journal.record(entry, of: job.id) } catch {
        services.storeTrouble(job.id, error)
        do { try await services.clock.sleep(Self.claimRetryDelay) } catch { return }
      }
    }
  }
}
