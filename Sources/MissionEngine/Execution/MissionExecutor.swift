import Formats
package import MissionModel

/// Carries out one job, from its beginning or from where it was interrupted.
///
/// Everything happens on this actor, between two awaits, in one order: an attempt ends, its result waits for
/// the journal, the journal's commit releases dependents. At most one entry is being committed at a time;
/// what happens meanwhile goes into the next one, so that a busy job needs few commits.
package actor MissionExecutor {
  /// How carrying out a job ended.
  package enum Ending: Sendable, Equatable {
    case finished(JobState.Outcome)
    /// A drain put the job aside; it goes on after the next start.
    case suspended
  }

  /// A step that has started and is not over.
  struct Underway {
    /// The attempt's number, from 1, interrupted attempts included.
    var number: Int
    /// Attempts that have failed.
    var failures: Int
    let firstStartedAt: Timestamp
    var startedAt: Timestamp
    var phase: Phase
    /// Why the attempt was told to end.
    var stop: StopReason?
    var timeoutSeconds: Double = 0
    /// What models used in this attempt and those before it.
    var tokens: TokenUsage?
    /// What they used in this attempt.
    var attemptTokens: TokenUsage?

    enum Phase {
      /// Waits for its start, or for the results that made it ready, to be recorded by commit `after`.
      case held(after: Int)
      case running(Task<Void, Never>)
      case waitingForRetry
    }
  }

  /// An attempt whose work is over, and what it left.
  struct Ended {
    let step: Int
    let number: Int
    let ending: FailurePolicy.Ending
    let report: AttemptReport
    /// What `ending` and `report` were masked by.
    let masker: Masker
  }

  let job: ClaimedJob
  let mission: Mission
  let services: ExecutorServices
  let limit: Int
  /// The deadline on the clock that only goes forward.
  let deadline: Duration?

  var plan: Plan
  var underway: [Int: Underway] = [:]
  /// Attempts that hold a place: those that are held or run.
  var occupied = 0
  /// Attempts whose work is over and not yet part of the plan.
  var ended: [Ended] = []
  /// True while an attempt is set off, which may be over before that returns.
  var isLaunching = false
  /// What steps stored in this life of the job, for their next attempts.
  var checkpoints: [Int: JSON] = [:]
  var variables: JobVariables
  private var jobMasker: JobMasker
  var progress: Job.Progress
  /// What models used for the job so far.
  var tokens: TokenUsage?
  var timers = TimerQueue()
  var alarm: (at: Duration, task: Task<Void, Never>)?

  /// What the next commit records.
  var entry: JournalEntry
  /// Steps whose results are in `entry`.
  var unrecorded: Set<Int> = []
  /// Steps whose results are in the commit under way: what they release must wait for it.
  var inFlight: Set<Int> = []
  var commitsBegun = 0
  var commitsDone = 0
  /// Who waits for which commit.
  var commitWaiters: [(commit: Int, continuation: CheckedContinuation<Void, Never>)] = []
  var isCommitting = false
  /// When the last commit began.
  var lastCommit: Duration?
  /// When the entry is written that was held back.
  var nextCommit: Duration?
  /// True when something goes on only after the next commit.
  var isEntryAwaited = false
  /// The entry that is to be written next.
  var outgoing: JournalEntry?
  /// True while whoever calls `advance` writes what comes of it.
  var isCallerWriting = false
  var isStoreFailing = false
  var lastEvent: Int64

  /// Why nothing more starts; nil while the job goes its way.
  var stopReason: StopReason?
  var isDraining = false
  /// True from `execute` on; what comes earlier is only remembered.
  private var isExecuting = false
  private var isCancelledEarly = false
  /// True while steps may have left processes running that end with the job.
  var keepsProcesses = false
  var isEndingProcesses = false
  /// Steps that others wait for without depending on them, since their processes are to live first.
  var first: Set<Int> = []
  /// Steps that succeeded before and run anew, with the attempts that they have behind them.
  var repeated: [Int: Int] = [:]
  /// Steps that are ready and wait for those of `first`.
  var putAside: [Int] = []
  /// The first step that failed without `continue_on_error`, and why.
  var firstFailure: (step: Int, error: String)?
  var completion: CheckedContinuation<Ending, Never>?
  var ending: Ending?

  /// Prepares a job; nothing starts before `execute`.
  package init(_ job: ClaimedJob, mission: Mission, services: ExecutorServices) {
    self.job = job
    self.mission = mission
    self.services = services
    limit = mission.config.maxConcurrentSteps ?? services.defaultConcurrency
    let now = services.clock.now()
    deadline = mission.config.timeoutSeconds.map { seconds in
      services.clock.elapsed() + job.startedAt.advanced(by: .seconds(seconds)).duration(since: now)
    }
    plan = Plan(mission.steps)
    variables = JobVariables(job, mission, services)
    jobMasker = JobMasker(services.findMasker, mission, context: job.context)
    progress = Job.Progress(waiting: mission.steps.count)
    entry = JournalEntry(progress: progress, at: now)
    lastEvent = job.lastEvent
    tokens = job.progress.tokens
  }

  /// Takes out of what steps leave all that this job must not show.
  var masker: Masker { jobMasker.current() }

  /// Masks the passwords of a value from now on.
  func learnPasswords(from value: JSON) { jobMasker.learn(from: value) }

  /// Carries the job out and says how it ended, once that is recorded.
  package func execute() async -> Ending {
    precondition(!isExecuting, "a job is executed once")
    isExecuting = true
    restore()
    if job.isCancelRequested || isCancelledEarly { stop(.cancel) }
    if let deadline { setTimer(.deadline, at: deadline) }
    advance()
    let result = await withCheckedContinuation { continuation in
      if let ending { continuation.resume(returning: ending) } else { completion = continuation }
    }
    alarm?.task.cancel()
    return result
  }

  /// Ends the job: what runs is stopped, what waits is skipped.
  package func cancel() {
    guard isExecuting else {
      isCancelledEarly = true
      return
    }
    stop(.cancel)
    advance()
  }

  /// Starts nothing more and puts the job aside when the attempts that run are over.
  package func drain() {
    isDraining = true
    if isExecuting { advance() }
  }

  /// Ends a drain that took too long: stops what runs; it is tried again after the next start.
  package func interrupt() {
    isDraining = true
    guard isExecuting else { return }
    stop(.drain)
    advance()
  }

  /// Starts what may start, records what happened, and notices the end. Called after every change.
  func advance() {
    var rounds = 0
    repeat {
      // Steps that never wait must not keep the job from being cancelled, nor its results from the disk.
      guard rounds < Self.roundsATurn else {
        Task { advance() }
        break
      }
      rounds += 1
      startReady()
    } while settleEnded()
    commit()
  }

  /// How often in a row steps are started before others have their turn on this actor.
  private static let roundsATurn = 32

  /// Gives free places to the first ready steps in document order. One that became ready by a result that
  /// is not recorded yet takes its place and waits there: the order depends on how steps end, never on how
  /// fast the disk is.
  private func startReady() {
    while occupied < limit, stopReason == nil, !isDraining, !isStoreFailing, let step = plan.next() {
      guard first.isEmpty || first.contains(step) else {
        plan.delay(step)
        putAside.append(step)
        continue
      }
      begin(step, heldUntil: neededCommit(for: step))
    }
  }

  /// The commit that has to be done before a step has effects; nil if all that is needed is done.
  private func neededCommit(for step: Int) -> Int? {
    let definition = mission.steps[step]
    if definition.onInterrupt == .fail
      || definition.dependsOn.contains(where: { unrecorded.contains(Int($0)) })
    {
      return awaitNextCommit()
    }
    return definition.dependsOn.contains { inFlight.contains(Int($0)) } ? commitsBegun : nil
  }

  /// Takes over what is recorded of an earlier life of the job.
  private func restore() {
    var recorded = job.progress
    let kept = KeptProcesses(mission.steps, recorded.results) { step in
      services.catalog[step.type]?.effects.contains(.keepsProcesses) ?? false
    }
    first = kept.first
    for step in kept.repeated { repeated[step] = recorded.results.removeValue(forKey: step)?.attempts }
    for (step, result) in recorded.results.sorted(by: { $0.key < $1.key }) {
      let satisfies =
        result.status == .success || (result.status == .failed && mission.steps[step].continueOnError)
      for skip in plan.restore(step, satisfiesDependents: satisfies) where recorded.results[skip.step] == nil
      {
        record(skip: skip)
      }
      progress.move(from: .pending, to: result.status)
      variables.record(result, ofStep: step)
      if result.status == .failed, !mission.steps[step].continueOnError, firstFailure == nil {
        firstFailure = (step, result.error ?? "failed")
      }
    }
    if let firstFailure, mission.config.failFast {
      stop(.failFast(step: mission.steps[firstFailure.step].id))
    }
  }
}
