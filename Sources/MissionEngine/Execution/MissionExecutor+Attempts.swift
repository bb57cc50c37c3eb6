import Formats
import MissionModel

/// How attempts begin and end.
extension MissionExecutor {
  /// Deaths of the daemon that a step may live through; the next one fails it (contract §5).
  static let toleratedInterruptions = 3

  /// Gives a step its place and records its start; it runs at once unless it has to wait for a commit.
  func begin(_ step: Int, heldUntil commit: Int?) {
    let now = services.clock.now()
    let earlier = underway[step]
    let recorded = earlier == nil ? job.progress.attempts[step] : nil
    let before = recorded.map { $0.started - $0.interruptions - $0.drains } ?? 0
    var state = Underway(
      number: (earlier?.number ?? recorded?.started ?? repeated[step] ?? 0) + 1,
      failures: earlier?.failures ?? before,
      firstStartedAt: earlier?.firstStartedAt ?? recorded?.firstStartedAt ?? now, startedAt: now,
      phase: .held(after: commit ?? 0))
    state.tokens = earlier?.tokens ?? recorded?.tokens
    occupied += 1
    if earlier == nil { progress.move(from: .pending, to: .running) }
    if let refusal = refusal(step, recorded) {
      state.number -= 1
      underway[step] = state
      finish(step, .failed, output: .null, error: refusal, report: AttemptReport())
      return
    }
    underway[step] = state
    entry.starts.append(AttemptRecord(stepIndex: step, number: state.number, startedAt: now))
    note(.stepStarted, step: step, attempt: state.number, status: .running)
    if commit == nil { launch(step) }
  }

  /// Why an interrupted step is not tried again; nil if it is.
  private func refusal(_ step: Int, _ recorded: RecordedAttempts?) -> String? {
    guard let recorded, recorded.wasRunning else { return nil }
    if mission.steps[step].onInterrupt == .fail {
      return "interrupted: the daemon ended while the step ran, and on_interrupt is fail"
    }
    guard recorded.interruptions > Self.toleratedInterruptions else { return nil }
    return "interrupted \(recorded.interruptions) times: the daemon died each time while the step ran"
  }

  /// Fills the parameters and sets the attempt off.
  private func launch(_ step: Int) {
    guard var state = underway[step] else { return }
    let (attempt, seconds): (StepAttempt, Double)
    do {
      (attempt, seconds) = try prepare(step, number: state.number)
    } catch {
      let masker = masker
      ended.append(
        Ended(
          step: step, number: state.number, ending: masker.mask(.failure(error)), report: AttemptReport(),
          masker: masker))
      return
    }
    state.timeoutSeconds = seconds
    let number = state.number
    // At once, up to its first wait: a step that needs no waiting costs no change of thread.
    isLaunching = true
    state.phase = .running(
      Task.immediate { [weak self] in
        let (ending, report) = await attempt.run()
        await self?.workEnded(
          Ended(step: step, number: number, ending: ending, report: report, masker: attempt.masker))
      })
    isLaunching = false
    underway[step] = state
    setTimer(
      .timeout(step: step, attempt: number),
      at: services.clock.elapsed() + .milliseconds(Int64(seconds * 1000)))
  }

  private func prepare(_ step: Int, number: Int) throws(StepFailure) -> (StepAttempt, timeoutSeconds: Double)
  {
    let definition = mission.steps[step]
    let preparation = StepPreparation(services: services, config: mission.config)
    let declaration = try preparation.declaration(definition.type)
    let written: JSONObject
    do { written = try mission.parameters(ofStepAt: step) } catch {
      throw StepFailure(.badParameters, "the parameters cannot be read again: \(error)")
    }
    let scope = variables.scope(for: step)
    try preparation.judge(definition)
    let prepared = try preparation.prepare(written, for: declaration, from: scope)
    learnPasswords(from: .object(prepared.filled))
    // Steps inside of a step may keep processes too.
    if !declaration.effects.isDisjoint(with: [.keepsProcesses, .runsSteps]) { keepsProcesses = true }
    let world = services.world(
      AttemptIdentity(
        jobID: job.id, stepID: definition.id, stepIndex: step, number: number, workspace: job.workspace,
        effects: declaration.effects, sandbox: mission.config.sandbox, processLimits: mission.config.limits,
        masker: masker)
    ) { [weak self] used in await self?.record(used, ofStep: step) }
    for warning in prepared.warnings { world.warn(warning) }
    let own = definition.timeoutSeconds ?? Step.defaultTimeoutSeconds
    let seconds = min(prepared.filled["timeout_seconds"]?.doubleValue ?? .infinity, Double(own))
    var context = makeContext(step, number, declaration, world, timeoutSeconds: seconds)
    if declaration.effects.contains(.runsSteps) {
      context = letRunSteps(context, world, scope)
    }
    let attempt = StepAttempt(
      step: prepared.step, context: context, world: world, maxOutputBytes: services.limits.maxOutputBytes,
      masker: masker)
    return (attempt, seconds)
  }

  /// The same context for a step that runs others inside of itself.
  private func letRunSteps(
    _ context: StepContext, _ world: AttemptWorld, _ scope: VariableScope
  ) -> StepContext {
    let runner = SubStepRunner(
      services: services, config: mission.config, world: world, scope: scope, context: context,
      learn: { [weak self, masker] in await self?.learn(from: .object($0), in: world) ?? masker }, depth: 0,
      noteKeptProcesses: { [weak self] in await self?.keepProcesses() })
    var capabilities = context.capabilities
    capabilities.steps = runner.capability
    return context.reaching(capabilities)
  }

  /// Masks the passwords of a value from now on, in the log of the attempt too. Gives the masker of now.
  private func learn(from value: JSON, in world: AttemptWorld) -> Masker {
    learnPasswords(from: value)
    let masker = masker
    world.adopt(masker)
    return masker
  }

  private func keepProcesses() { keepsProcesses = true }

  private func makeContext(
    _ step: Int, _ number: Int, _ declaration: StepDeclaration, _ world: AttemptWorld,
    timeoutSeconds: Double
  ) -> StepContext {
    let clock = services.clock
    return StepContext(
      jobID: job.id, stepID: mission.steps[step].id, declaration: declaration, attempt: number,
      workspace: job.workspace, capabilities: world.capabilities.limited(to: declaration.effects),
      log: world.log,
      limits: services.limits, deadline: .now + .seconds(timeoutSeconds), now: clock.now,
      sleep: { duration throws(StepFailure) in
        do { try await clock.sleep(duration) } catch { throw StepFailure.cancelled }
      },
      warn: world.warn,
      checkpoint: Checkpoint(stored: checkpoints[step] ?? job.progress.checkpoints[step]) {
        [weak self] value in
        await self?.store(checkpoint: value, ofStep: step, in: world)
      }, audit: makeAudit(step, number))
  }

  /// Called by the attempt's task when its work is over; also in the middle of `launch`, where the work
  /// never waited. Then `advance`, which follows each launch, goes on with it.
  private func workEnded(_ attempt: Ended) async {
    ended.append(attempt)
    guard !isLaunching else { return }
    // A task that was told to end is no place to wait for the store in.
    if Task.isCancelled { advance() } else { await advanceAndWrite() }
  }

  /// Draws the conclusions of attempts whose work is over; false where there were none.
  func settleEnded() -> Bool {
    guard !ended.isEmpty else { return false }
    let batch = ended
    ended = []
    for attempt in batch { settle(attempt) }
    return true
  }

  private func settle(_ attempt: Ended) {
    let (step, ending, report) = masked(attempt)
    guard var state = underway[step], state.number == attempt.number else { return }
    let definition = mission.steps[step]
    let failed = if case .failure = ending { true } else { false }
    let timedOut = if case .timeout? = state.stop { true } else { false }
    if failed || timedOut { state.failures += 1 }
    underway[step] = state
    if case .failure(let failure) = ending, failure.kind == .denied {
      account(forDenialOf: step, failure)
    }
    let policy = FailurePolicy(retry: RetryPolicy(definition, in: mission.config))
    let verdict = policy.judge(
      ending, stoppedBy: state.stop, failures: max(1, state.failures), die: services.die())
    switch verdict {
    case .succeeded(let output):
      close(step, .success, nil)
      finish(step, .success, output: output, error: nil, report: report)
    case .retry(let delay, let error, let how): retry(step, after: delay, error, how)
    case .failed(let error, let output, let how):
      close(step, how, error)
      finish(step, .failed, output: output, error: error, report: report)
    case .cancelled(let error):
      close(step, .cancelled, error)
      finish(step, .cancelled, output: .null, error: error, report: report)
    case .suspended:
      close(step, .drained, nil)
      occupied -= 1
      underway[step] = nil
    }
  }

  /// An attempt's end without passwords that the job learnt of while it ran.
  private func masked(
    _ attempt: Ended
  ) -> (step: Int, ending: FailurePolicy.Ending, report: AttemptReport) {
    let masker = masker
    guard !masker.isSame(as: attempt.masker) else { return (attempt.step, attempt.ending, attempt.report) }
    var report = attempt.report
    report.warnings = report.warnings.map { masker.mask(message: $0) }
    return (attempt.step, masker.mask(attempt.ending), report)
  }

  /// Records the end of the attempt itself.
  private func close(_ step: Int, _ how: AttemptRecord.Ending, _ error: String?) {
    guard let state = underway[step] else { return }
    entry.endings.append(
      AttemptRecord(
        stepIndex: step, number: state.number, startedAt: state.startedAt, finishedAt: services.clock.now(),
        ending: how,
        error: error))
  }

  private func retry(_ step: Int, after delay: Duration, _ error: String, _ how: AttemptRecord.Ending) {
    close(step, how, error)
    occupied -= 1
    guard stopReason == nil, !isDraining else {
      if isDraining { underway[step] = nil } else { finishWaiting(step, error) }
      return
    }
    plan.delay(step)
    underway[step]?.phase = .waitingForRetry
    note(.stepRetrying, step: step, attempt: underway[step]?.number, status: .running, error: error)
    setTimer(.retry(step: step), at: services.clock.elapsed() + delay)
  }

  /// Ends a step that waited for a retry, or would have, when the job stops.
  func finishWaiting(_ step: Int, _ lastError: String?) {
    occupied += 1  // `finish` gives back the place that a waiting step does not hold
    switch stopReason {
    case .deadline: finish(step, .failed, output: .null, error: "mission deadline", report: AttemptReport())
    case .cancel, .failFast, .timeout, .drain, nil:
      let error =
        lastError.map { "not tried again, the job stops: \($0)" } ?? "the job stopped before the next attempt"
      finish(step, .cancelled, output: .null, error: error, report: AttemptReport())
    }
  }

  /// Writes down the result of a step that is over.
  func finish(_ step: Int, _ status: StepStatus, output: JSON, error: String?, report: AttemptReport) {
    guard let state = underway.removeValue(forKey: step) else { return }
    let now = services.clock.now()
    occupied -= 1
    let definition = mission.steps[step]
    let result = StepResult(
      stepID: definition.id, status: status, output: output, error: error,
      durationMilliseconds: max(0, now.milliseconds - state.firstStartedAt.milliseconds),
      attempts: state.number,
      startedAt: state.firstStartedAt, finishedAt: now, warnings: report.warnings, usage: report.usage,
      tokens: state.tokens)
    settle(step, result, from: .running)
    if (checkpoints.removeValue(forKey: step) ?? job.progress.checkpoints[step]) != nil {
      entry.checkpoints.append((step, .null))
    }
    let satisfies = status == .success || (status == .failed && definition.continueOnError)
    for skip in plan.finish(step, satisfiesDependents: satisfies) { record(skip: skip) }
    guard status == .failed, !definition.continueOnError, firstFailure == nil else { return }
    firstFailure = (step, error ?? "failed")
    if mission.config.failFast { stop(.failFast(step: definition.id)) }
  }

  /// Starts the held attempts whose commit is done.
  func release(upTo commit: Int) {
    for (step, state) in underway.sorted(by: { $0.key < $1.key }) {
      guard case .held(let after) = state.phase, after <= commit else { continue }
      launch(step)
    }
  }

  /// Adds what a model's answer used to the job's sum, the step's and the attempt's, on disk before the
  /// answer is used: a death of the daemon in the middle of the step does not forget what it cost.
  private func record(_ used: TokenUsage, ofStep step: Int) async {
    tokens = TokenUsage.sum(tokens, used)
    entry.tokens = tokens
    if var state = underway[step] {
      let inAttempt = TokenUsage.sum(state.attemptTokens, used) ?? used
      state.tokens = TokenUsage.sum(state.tokens, used)
      state.attemptTokens = inAttempt
      underway[step] = state
      entry.spent.append((step, state.number, inAttempt))
    }
    if used.total > 0 { await commitNow() }
  }

  private func store(checkpoint value: JSON, ofStep step: Int, in world: AttemptWorld) async {
    // What a model wants to call is recorded before it is called.
    let masked = learn(from: value, in: world).mask(value)
    checkpoints[step] = masked
    entry.checkpoints.append((step, masked))
    await commitNow()
  }

  /// Returns when everything that was noted until now is on disk.
  private func commitNow() async {
    let needed = awaitNextCommit()
    commit()
    await committed(needed)
  }
}
