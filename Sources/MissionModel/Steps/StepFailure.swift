package import Formats

/// Why an attempt of a step failed, in words for the person who wrote the mission.
package struct StepFailure: Error, Sendable, Equatable {
  /// What the engine makes of it.
  package enum Kind: String, Sendable {
    /// The work failed; another attempt may be made.
    case failed
    /// Parameters turned out wrong once filled in; never retried.
    case badParameters
    /// The policy said no; never retried.
    case denied
    /// The attempt was told to end: by a cancel, a time-out, fail-fast or a drain. Who asked is known to
    /// the engine, which tells that, and for a time-out how far the work says that it came.
    case cancelled
  }

  package var kind: Kind
  /// `read data.json: no such file or directory (2)`: operation, thing, cause, way out.
  package var message: String
  /// What the step has to show although it failed, such as `exit_code` and `stderr`.
  package var output: JSON?
  package var warnings: [String] = []
  package var usage: ResourceUsage?

  /// Makes a failure that another attempt may overcome.
  package init(_ message: String, output: JSON? = nil) {
    self.init(.failed, message, output: output)
  }

  /// Makes a failure of a given kind.
  package init(_ kind: Kind, _ message: String, output: JSON? = nil) {
    self.kind = kind
    self.message = message
    self.output = output
  }

  /// The attempt was told to end.
  package static let cancelled = StepFailure(.cancelled, "cancelled")
}
