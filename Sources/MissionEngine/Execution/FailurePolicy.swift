import Formats
import MissionModel

/// What becomes of a step whose attempt has ended (contract §2). Pure.
struct FailurePolicy {
  /// How an attempt's own work ended.
  enum Ending: Sendable {
    case success(JSON)
    case failure(StepFailure)
  }

  /// What the executor does about it.
  enum Verdict: Equatable {
    case succeeded(JSON)
    case retry(after: Duration, error: String, AttemptRecord.Ending)
    case failed(String, output: JSON, AttemptRecord.Ending)
    case cancelled(String)
    /// The daemon stops; the step goes on after its next start.
    case suspended
  }

  let retry: RetryPolicy

  /// Judges an ending; `failures` counts the attempts that have failed, this one included if it has.
  func judge(_ ending: Ending, stoppedBy reason: StopReason?, failures: Int, die: Double) -> Verdict {
    switch reason {
    case .timeout(let seconds):
      let error = Self.timeoutMessage(seconds, ending)
      guard retry.retries(afterFailures: failures, kind: .failed) else {
        return .failed(error, output: Self.output(ending), .timedOut)
      }
      return .retry(after: retry.delay(afterFailures: failures, die: die), error: error, .timedOut)
    case .failFast(let step): return .cancelled("stopped because step \"\(step)\" failed (fail_fast)")
    case .cancel: return .cancelled("the job was cancelled")
    case .deadline: return .failed("mission deadline", output: Self.output(ending), .failed)
    case .drain: return .suspended
    case nil: break
    }
    switch ending {
    case .success(let output): return .succeeded(output)
    case .failure(let failure):
      guard retry.retries(afterFailures: failures, kind: failure.kind) else {
        return .failed(failure.message, output: failure.output ?? .null, .failed)
      }
      return .retry(after: retry.delay(afterFailures: failures, die: die), error: failure.message, .failed)
    }
  }

  private static func output(_ ending: Ending) -> JSON {
    switch ending {
    case .success(let output): output
    case .failure(let failure): failure.output ?? .null
    }
  }

  /// Says how long it ran and, where the work had something to say, how far it came.
  private static func timeoutMessage(_ seconds: Double, _ ending: Ending) -> String {
    let limit = seconds == seconds.rounded() ? String(Int64(seconds)) : String(seconds)
    let message = "timed out after \(limit) s"
    guard case .failure(let failure) = ending, failure.message != StepFailure.cancelled.message,
      failure.kind == .failed || failure.kind == .cancelled
    else { return message }
    return "\(message): \(failure.message)"
  }
}
