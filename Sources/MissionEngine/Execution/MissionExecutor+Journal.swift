import Formats
import MissionModel

/// How what happened is recorded, and what a commit releases.
extension MissionExecutor {
  /// Waits between two tries to write to a store that fails, at first and at most.
  static let storeRetryDelays = (first: Duration.milliseconds(200), longest: Duration.seconds(5))

  /// Commits what has happened, unless a commit is under way: then it goes with the next one.
  func commit() {
    guard !isCommitting, ending == nil else { return }
    if plan.remaining == 0, underway.isEmpty {
      guard !keepsProcesses else { return endKeptProcesses() }
      conclude()
    }
    guard !entry.isEmpty else {
      if isDraining, occupied == 0 {
        guard !keepsProcesses else { return endKeptProcesses() }
        end(.suspended)
      }
      return
    }
    guard !isHeldBack() else { return }
    entry.progress = progress
    entry.at = services.clock.now()
    entry.audit += accounts(of: entry)
    let batch = entry
    entry = JournalEntry(progress: progress, at: batch.at)
    commitsBegun += 1
    isCommitting = true
    isEntryAwaited = false
    inFlight = unrecorded
    unrecorded = []
    outgoing = batch
    if !isCallerWriting { Task { await writeOut() } }
  }

  /// Says that something goes on only after the next commit, and gives its number.
  func awaitNextCommit() -> Int {
    isEntryAwaited = true
    return commitsBegun + 1
  }

  /// Whether the entry waits for company: a busy job's results that release nothing share a sync. A job
  /// that a death of the daemon interrupted records each start at once: one of its steps may be the cause.
  private func isHeldBack() -> Bool {
    let now = services.clock.elapsed()
    guard entry.outcome == nil, !isEntryAwaited, occupied > 0, stopReason == nil, !isDraining, !job.isResumed,
      let lastCommit, now < lastCommit + services.commitInterval
    else {
      lastCommit = now
      return false
    }
    let due = lastCommit + services.commitInterval
    guard nextCommit != due else { return true }
    nextCommit = due
    setTimer(.commit, at: due)
    return true
  }

  /// Goes on with the job, and writes what comes of it in the caller's own task: a change of thread less
  /// than in a task that would have to be started.
  func advanceAndWrite() async {
    isCallerWriting = true
    advance()
    isCallerWriting = false
    if outgoing != nil { await writeOut() }
  }

  /// Ends what steps left running for the job's length; the job is over when that is gone.
  private func endKeptProcesses() {
    guard !isEndingProcesses else { return }
    isEndingProcesses = true
    Task {
      let warnings = await services.endJob(job.id)
      entry.warnings += warnings.map { masker.mask(message: $0) }
      keepsProcesses = false
      advance()
    }
  }

  /// Writes entry after entry, for as long as there is one.
  private func writeOut() async {
    while let batch = outgoing {
      outgoing = nil
      await record(batch)
      isCommitting = false
      inFlight = []
      commitsDone = commitsBegun
      services.publish(job.id, batch.events)
      for waiter in commitWaiters where waiter.commit <= commitsDone { waiter.continuation.resume() }
      commitWaiters.removeAll { $0.commit <= commitsDone }
      if let outcome = batch.outcome { return end(.finished(outcome)) }
      isCallerWriting = true
      release(upTo: commitsDone)
      advance()
      isCallerWriting = false
    }
  }

  /// Writes an entry, however often the store fails.
  private func record(_ batch: JournalEntry) async {
    var delay = Self.storeRetryDelays.first
    while true {
      do {
        try await services.journal.record(batch, of: job.id)
        break
      } catch {
        isStoreFailing = true
        services.storeTrouble(job.id, error)
        // Where it is cancelled the entry is tried at once: it has to be written all the same.
        try? await services.clock.sleep(delay)
        delay = min(delay * 2, Self.storeRetryDelays.longest)
      }
    }
    if isStoreFailing {
      isStoreFailing = false
      services.storeTrouble(job.id, nil)
    }
  }

  /// Waits until commit `number` is durable.
  func committed(_ number: Int) async {
    await withCheckedContinuation { continuation in
      if commitsDone >= number { return continuation.resume() }
      commitWaiters.append((number, continuation))
    }
  }

  /// Adds how the job ended to its last entry.
  private func conclude() {
    let outcome: JobState.Outcome
    switch stopReason {
    case .deadline:
      outcome = .failed
      entry.error = "mission deadline: the job took longer than \(mission.config.timeoutSeconds ?? 0) s"
    case .cancel where firstFailure == nil:
      outcome = .cancelled
      entry.error = "cancelled"
    case .cancel, .failFast, .timeout, .drain, nil:
      outcome = firstFailure == nil ? .completed : .failed
      entry.error = firstFailure.map { "step \"\(mission.steps[$0.step].id)\": \($0.error)" }
    }
    entry.outcome = outcome
    note(.jobFinished, status: outcome.rawValue, error: entry.error)
  }

  private func end(_ ending: Ending) {
    self.ending = ending
    completion?.resume(returning: ending)
    completion = nil
  }

  /// Puts a result into the next entry.
  func settle(_ step: Int, _ result: StepResult, from old: StepStatus) {
    progress.move(from: old, to: result.status)
    entry.results.append((step, result))
    unrecorded.insert(step)
    if first.remove(step) != nil, first.isEmpty { bringBack() }
    variables.record(result, ofStep: step)
    note(.stepFinished, step: step, attempt: result.attempts, status: result.status, error: result.error)
  }

  /// Puts a step that will not run into the next entry.
  func record(skip: Plan.Skip) {
    let cause = mission.steps[skip.because].id
    settle(
      skip.step,
      StepResult(
        stepID: mission.steps[skip.step].id, status: .skipped,
        error: "dependency \"\(cause)\" did not succeed",
        finishedAt: services.clock.now()),
      from: .pending)
  }

  func note(_ kind: JobEvent.Kind, step: Int, attempt: Int?, status: StepStatus, error: String? = nil) {
    note(kind, stepID: mission.steps[step].id, attempt: attempt, status: status.rawValue, error: error)
  }

  func note(
    _ kind: JobEvent.Kind, stepID: String? = nil, attempt: Int? = nil, status: String? = nil,
    error: String? = nil
  ) {
    lastEvent += 1
    entry.events.append(
      JobEvent(
        kind, sequence: lastEvent, at: services.clock.now(), stepID: stepID, attempt: attempt, status: status,
        error: error))
  }
}
