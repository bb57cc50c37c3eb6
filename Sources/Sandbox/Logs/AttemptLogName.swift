package import MissionModel

/// Where the log of an attempt lies: `<root>/<job>/<step>.<attempt>.log`, beside it a list of its streams.
package struct AttemptLogName: Sendable, Hashable {
  /// The folder of the job's logs.
  package let directory: String
  private let stem: String

  /// Names the log of attempt `number` of a step; step ids have no characters that a path minds.
  package init(root: String, job: JobID, stepID: String, attempt number: Int) {
    directory = "\(root)/\(job)"
    stem = "\(stepID).\(number)"
  }

  /// What the processes wrote, both streams in the order in which they came.
  package var file: String { "\(directory)/\(stem).log" }
  /// Which bytes came from which stream; missing when all came from stdout.
  package var streams: String { "\(directory)/\(stem).streams" }
}
