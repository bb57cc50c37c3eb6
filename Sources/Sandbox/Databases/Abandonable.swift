import MissionModel
import Posix

/// Blocking work that nothing can interrupt: a cancelled task leaves it behind, and it ends by its own
/// deadline.
enum Abandonable {
  private enum State<Value: Sendable> {
    case fresh
    case waiting(CheckedContinuation<Result<Value, StepFailure>, Never>)
    case over
  }

  /// Runs `body` on a thread that may block; throws `.cancelled` at once when the task is cancelled.
  static func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    let state = Lock(State<Value>.fresh)
    let end: @Sendable (Result<Value, StepFailure>) -> Void = { result in
      let continuation = state.withLock { state -> CheckedContinuation<Result<Value, StepFailure>, Never>? in
        defer { state = .over }
        if case .waiting(let continuation) = state { return continuation }
        return nil
      }
      continuation?.resume(returning: result)
    }
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if case .over = state { return true }
          state = .waiting(continuation)
          return false
        }
        guard !isOver else { return continuation.resume(returning: .failure(.cancelled)) }
        BlockingWork.clients.submit { end(Result { () throws(StepFailure) in try body() }) }
      }
    } onCancel: {
      end(.failure(.cancelled))
    }.get()
  }
}
