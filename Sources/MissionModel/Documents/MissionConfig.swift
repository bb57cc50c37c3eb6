package import Formats

/// The `config` map of a mission: what holds for all its steps (contract §1).
package struct MissionConfig: Sendable, Equatable {
  /// How far a step's processes are confined.
  package enum Sandbox: String, Sendable, CaseIterable { case off, landlock, bubblewrap }

  /// Bounds on what the processes of one step may use; nil leaves the daemon's bound in place.
  package struct ProcessLimits: Sendable, Equatable {
    package var memoryBytes: Int?
    package var cpuSeconds: Int?
    package var processes: Int?
    package var openFiles: Int?
    package var fileBytes: Int?

    /// No bounds of its own.
    package init() {}
  }

  /// Seconds from the job's start to its deadline; nil for none.
  package var timeoutSeconds: Int?
  package var failFast = true
  /// Steps that may run at once, 1 to 256; nil for the number of cores.
  package var maxConcurrentSteps: Int?
  /// Further attempts after the first.
  package var retryAttempts = 0
  package var retryDelayMilliseconds = 1000
  /// Factor on the delay for each further attempt.
  package var retryBackoff = 1.0
  /// Makes an unknown root of a placeholder an error.
  package var strictVariables = false
  /// Scalars for `{{config.KEY}}`.
  package var settings: JSONObject = [:]
  /// An existing directory to work in; nil for a new one.
  package var workspace: String?
  package var sandbox: Sandbox?
  package var limits = ProcessLimits()

  /// The defaults of contract §1.
  package init() {}
}
