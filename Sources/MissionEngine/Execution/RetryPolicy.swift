import Formats
package import MissionModel

/// Whether a step is tried again, and after how long (contract §2). Pure: the jitter's die is an argument.
package struct RetryPolicy: Sendable, Equatable {
  /// Further attempts after the first.
  package let attempts: Int
  package let delay: Duration
  /// Factor on the delay for each further attempt.
  package let backoff: Double

  /// No delay is longer.
  package static let longestDelay = Duration.seconds(300)
  /// The share of the delay that jitter may add or take where the delays grow.
  package static let jitter = 0.1

  /// Joins what the mission says with what the step says.
  package init(_ step: Step, in config: MissionConfig) {
    attempts = step.retryAttempts ?? config.retryAttempts
    delay = .milliseconds(step.retryDelayMilliseconds ?? config.retryDelayMilliseconds)
    backoff = step.retryBackoff ?? config.retryBackoff
  }

  /// True if a step that has failed `failures` times, the last time for `kind`, is to be tried again.
  package func retries(afterFailures failures: Int, kind: StepFailure.Kind) -> Bool {
    switch kind {
    case .failed: failures <= attempts
    case .badParameters, .denied, .cancelled: false
    }
  }

  /// How long to wait after the failure number `failures`, from 1; `die` is from 0 to 1.
  package func delay(afterFailures failures: Int, die: Double) -> Duration {
    precondition(failures >= 1, "failures count from one")
    var delay = delay
    for _ in 1..<failures where delay < Self.longestDelay { delay = scale(delay, by: backoff) }
    delay = min(delay, Self.longestDelay)
    guard backoff > 1 else { return delay }
    return min(scale(delay, by: 1 + Self.jitter * (2 * die - 1)), Self.longestDelay)
  }

  private func scale(_ delay: Duration, by factor: Double) -> Duration {
    .milliseconds(Int64(min(Double(delay.inMilliseconds) * factor, 1e12)))
  }
}
