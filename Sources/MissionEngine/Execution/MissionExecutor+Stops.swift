import Formats
import MissionModel

/// How a job is stopped, and what its timers do.
extension MissionExecutor {
  /// Stops the job: attempts that run are told to end, what has not started is skipped.
  ///
  /// The first reason stays, except that a cancel or the deadline outranks a drain.
  func stop(_ reason: StopReason) {
    guard ending == nil, stopReason == nil || stopReason == .drain else { return }
    stopReason = reason
    bringBack()
    for (step, state) in underway.sorted(by: { $0.key < $1.key }) {
      switch state.phase {
      case .running(let task):
        if state.stop == nil { underway[step]?.stop = reason }
        task.cancel()
      case .held:
        if reason == .drain { suspend(step) } else { withdraw(step) }
      case .waitingForRetry:
        plan.withdraw(step)
        if reason == .drain { underway[step] = nil } else { finishWaiting(step, nil) }
      }
    }
    guard reason != .drain else { return }
    let error = Self.skipMessage(reason)
    for step in plan.abandon() {
      settle(
        step,
        StepResult(
          stepID: mission.steps[step].id, status: .skipped, error: error, finishedAt: services.clock.now()),
        from: .pending)
    }
  }

  /// Lets those start that waited for the steps of `first`.
  func bringBack() {
    for step in putAside { plan.resume(step) }
    putAside = []
  }

  /// Ends an attempt whose start was recorded but whose work has not begun.
  private func withdraw(_ step: Int) {
    let error = stopReason.map(Self.skipMessage) ?? "the job stopped"
    finish(
      step, stopReason == .deadline ? .failed : .cancelled, output: .null, error: error,
      report: AttemptReport())
  }

  private func suspend(_ step: Int) {
    guard let state = underway.removeValue(forKey: step) else { return }
    occupied -= 1
    entry.endings.append(
      AttemptRecord(
        stepIndex: step, number: state.number, startedAt: state.startedAt, finishedAt: services.clock.now(),
        ending: .drained))
  }

  private static func skipMessage(_ reason: StopReason) -> String {
    switch reason {
    case .failFast(let step): "not started: step \"\(step)\" failed (fail_fast)"
    case .cancel: "not started: the job was cancelled"
    case .deadline: "not started: mission deadline"
    case .timeout, .drain: "not started: the job stopped"
    }
  }

  /// Puts a timer into the queue and makes sure that somebody waits for it.
  func setTimer(_ action: TimerQueue.Action, at instant: Duration) {
    timers.insert(action, at: instant)
    armAlarm()
  }

  /// One task waits for the earliest timer; it is replaced only by an earlier one.
  private func armAlarm() {
    guard let next = timers.next else { return }
    if let alarm, alarm.at <= next { return }
    alarm?.task.cancel()
    let clock = services.clock
    let task = Task { [weak self] in
      do { try await clock.sleep(next - clock.elapsed()) } catch { return }
      await self?.alarmFired()
    }
    alarm = (next, task)
  }

  private func alarmFired() async {
    alarm = nil
    let now = services.clock.elapsed()
    while let action = timers.popDue(now) {
      switch action {
      case .timeout(let step, let attempt): timeOut(step, attempt)
      case .retry(let step): retryDue(step)
      case .deadline: stop(.deadline)
      case .commit: break  // `advance` looks
      }
    }
    armAlarm()
    await advanceAndWrite()
  }

  private func timeOut(_ step: Int, _ attempt: Int) {
    guard let state = underway[step], state.number == attempt, state.stop == nil else { return }
    guard case .running(let task) = state.phase else { return }
    underway[step]?.stop = .timeout(seconds: state.timeoutSeconds)
    task.cancel()
  }

  private func retryDue(_ step: Int) {
    guard let state = underway[step], case .waitingForRetry = state.phase else { return }
    plan.resume(step)
  }
}
