import Formats
import MissionModel

/// How a mission's execution ended, with the result of every step.
public struct MissionResult: Sendable {
  /// How the job ended.
  public enum Status: String, Sendable { case completed, failed, cancelled }

  /// How it ended; `error` says why where it did not complete.
  public let status: Status
  /// Why it failed or was cancelled.
  public let error: String?
  /// The steps in document order.
  public let steps: [StepOutcome]
  /// Milliseconds from start to end.
  public let totalDurationMilliseconds: Int64

  /// The result of the step called `id`.
  public subscript(id: String) -> StepOutcome? { steps.first { $0.id == id } }

  init(_ job: Job, _ results: [StepResult]) {
    switch job.state {
    case .finished(let outcome, let since, let at):
      status = Status(rawValue: outcome.rawValue) ?? .failed
      totalDurationMilliseconds = at.milliseconds - (since ?? at).milliseconds
    case .queued, .running:
      preconditionFailure("a result is made of a job that is over")
    }
    error = job.error
    steps = results.map(StepOutcome.init)
  }
}

/// How one step ended.
public struct StepOutcome: Sendable {
  /// The step's id in the document.
  public let id: String
  /// `success`, `failed`, `skipped` or `cancelled`.
  public let status: String
  /// What the step gave; null unless it has something to show.
  public let output: Value
  /// Why it failed, was skipped or cancelled.
  public let error: String?
  /// Milliseconds from the first attempt's start to the last one's end.
  public let durationMilliseconds: Int64
  /// Attempts made; 0 for a step that never started.
  public let attempts: Int
  /// What went not quite right.
  public let warnings: [String]

  init(_ result: StepResult) {
    id = result.stepID
    status = result.status.rawValue
    output = Value(result.output)
    error = result.error
    durationMilliseconds = result.durationMilliseconds
    attempts = result.attempts
    warnings = result.warnings
  }
}
