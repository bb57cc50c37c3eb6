package import Formats
package import MissionModel

/// Does nothing, for as long as it is told: a join, a pause, a test.
package struct NoopStep: StepType {
  package static let name = "noop"
  package static let summary = "Do nothing, or wait: a join of branches, a pause, a test."
  package static let effects: Effects = []
  package static let example = """
    step_type: noop
    parameters: { message: "all parts are built" }
    """
  package static let outputs = [OutputField("message", "string", "The message, as it was given.")]

  private let message: String
  private let duration: Duration

  package init(_ p: inout ParameterReader) {
    message = p.optional("message", .string, default: "", "Text to give back.")
    duration = .milliseconds(
      p.optional("duration_ms", .integer(0...86_400_000), default: 0, "How long to wait, in milliseconds."))
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    if duration > .zero { try await context.sleep(duration) }
    return ["message": .string(message)]
  }
}
