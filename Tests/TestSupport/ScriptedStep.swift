package import Formats
package import MissionModel

/// A step type that does what the test says, found by the step's id.
package struct ScriptedStep: StepType {
  package static let name = "noop"
  package static let summary = "Does what a test says."
  package static let effects: Effects = []
  package static let example = "step_type: noop"
  package static let outputs: [OutputField] = []
  package static let mainOutput: String? = "message"
  private let message: JSON

  package init(_ p: inout ParameterReader) {
    message = p.optional("message", .any, default: .null, "What to give back.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    guard let script = Script.current?[context.stepID] else { return ["message": message] }
    return try await script(context)
  }
}

/// What the scripted steps of a test do, by step id; those that are not named give their message back.
package enum Script {
  /// One step's work.
  package typealias Work = @Sendable (StepContext) async throws(StepFailure) -> JSON
  /// Bound around the test's job; tasks that are made inside inherit it.
  @TaskLocal package static var current: [String: Work]?
}
