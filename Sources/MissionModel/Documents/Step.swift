/// A node of a mission's graph, without the parameters, which stay in the document.
package struct Step: Sendable {
  /// What happens to a step that was running when the daemon died.
  package enum InterruptRule: String, Sendable, CaseIterable { case retry, fail }

  /// Unique in its mission: `[A-Za-z_][A-Za-z0-9_-]{0,127}`.
  package var id: String
  /// Human-readable name; nil stands for the id.
  package var name: String?
  /// The canonical snake_case name of its step type.
  package var type: String
  /// Places in the document of the steps that must be over before this one starts, without repeats.
  package var dependsOn: [Int32]
  /// The step's own limit for one attempt, in seconds; nil for the default of 300.
  package var timeoutSeconds: Int?
  package var continueOnError: Bool
  /// Further attempts after the first, where the step overrides the mission's.
  package var retryAttempts: Int?
  package var retryDelayMilliseconds: Int?
  package var retryBackoff: Double?
  package var onInterrupt: InterruptRule
  /// Where the parameters stand in `Mission.source`; empty when the step has none.
  package var parameters: Range<Int>

  /// The limit for one attempt where nothing else is said, in seconds.
  package static let defaultTimeoutSeconds = 300

  /// Makes a step of parts that the loader has checked.
  package init(
    id: String, name: String? = nil, type: String, dependsOn: [Int32] = [], timeoutSeconds: Int? = nil,
    continueOnError: Bool = false, retryAttempts: Int? = nil, retryDelayMilliseconds: Int? = nil,
    retryBackoff: Double? = nil, onInterrupt: InterruptRule = .retry, parameters: Range<Int> = 0..<0
  ) {
    self.id = id
    self.name = name
    self.type = type
    self.dependsOn = dependsOn
    self.timeoutSeconds = timeoutSeconds
    self.continueOnError = continueOnError
    self.retryAttempts = retryAttempts
    self.retryDelayMilliseconds = retryDelayMilliseconds
    self.retryBackoff = retryBackoff
    self.onInterrupt = onInterrupt
    self.parameters = parameters
  }
}
