/// Why attempts are told to end before their work is done.
package enum StopReason: Sendable, Equatable {
  /// The attempt's own limit has passed.
  case timeout(seconds: Double)
  /// Another step failed under `fail_fast`.
  case failFast(step: String)
  /// Somebody cancelled the job.
  case cancel
  /// The job's deadline has passed.
  case deadline
  /// The daemon stops; the job goes on after its next start.
  case drain
}
