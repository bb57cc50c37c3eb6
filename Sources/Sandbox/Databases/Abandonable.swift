import MissionModel
import Posix

/// Blocking work that nothing can interrupt: a cancelled task leaves it behind, and it ends by its own
/// deadline.
enum Abandonable {
  private enum State {
    case waiting(CheckedContinuation<Bool, Never>)
    case over
    case fresh
  }

  /// Runs `body` on a thread that may block; throws `.cancelled` at once when the task is cancelled.
  static func run(_ body: @escaping @Sendable () throws(StepFailure) -> Void) async throws(StepFailure) {
    let state = Lock(State.fresh)
    let failure = Lock<StepFailure?>(nil)
    let end: @Sendable (Bool) -> Void = { isComplete in
      let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        defer { state = .over }
        if case .waiting(let continuation) = state { return continuation }
        return nil
      }
      continuation?.resume(returning: isComplete)
    }
    let isComplete = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if case .over = state { return true }
          state = .waiting(continuation)
          return false
        }
        guard !isOver else { return continuation.resume(returning: false) }
        BlockingWork.clients.submit {
          do throws(StepFailure) { try body() } catch { failure.withLock { [error] in $0 = error } }
          end(true)
        }
      }
    } onCancel: {
      end(false)
    }
    guard isComplete else { throw .cancelled }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
