/// A child that the spawn thread starts, and whoever waits for it.
///
/// The start goes on whether or not somebody waits; the one who does takes over the child.
final class StartUnderWay: Sendable {
  private enum State {
    case starting
    case waitedFor(CheckedContinuation<Result<Spawned, SpawnError>, Never>)
    case over(Result<Spawned, SpawnError>)
  }

  private let state = Lock(State.starting)

  /// Hands the start to the spawn thread.
  ///
  /// - Parameter group: the control group that the child joins; kept until it has.
  init(_ configuration: SubprocessConfiguration, in group: ControlGroup?) {
    SpawnThread.shared.spawn(configuration, cgroup: group?.procs.rawValue) { [self] result in
      withExtendedLifetime(group) {}
      end(result)
    }
  }

  private func end(_ result: Result<Spawned, SpawnError>) {
    let waiting = state.withLock { state -> CheckedContinuation<Result<Spawned, SpawnError>, Never>? in
      guard case .waitedFor(let continuation) = state else {
        state = .over(result)
        return nil
      }
      state = .over(result)
      return continuation
    }
    waiting?.resume(returning: result)
  }

  /// What became of it. Asked for once.
  var result: Result<Spawned, SpawnError> {
    get async {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state -> Result<Spawned, SpawnError>? in
          if case .over(let result) = state { return result }
          state = .waitedFor(continuation)
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    }
  }
}
