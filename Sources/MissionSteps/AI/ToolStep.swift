package import Formats
package import MissionModel

/// Calls one tool by name.
package struct ToolStep: StepType {
  package static let name = "tool"
  package static let summary =
    "Call a tool: any step type, a built-in tool, or a command of the configuration."
  package static let effects: Effects = .runsSteps
  package static let example = """
    step_type: tool
    parameters: { tool: calculator, parameters: { expression: "2 * (3 + 4)" } }
    """
  package static let outputs: [OutputField] = []

  private let tool: String
  private let parameters: JSONObject

  package init(_ p: inout ParameterReader) {
    tool = p.required("tool", aliases: ["tool_name"], .nonEmptyString, "The tool's name.")
    parameters = p.optional(
      "parameters", aliases: ["params"], .subStepParameters, default: [:], "What it is called with.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let found = try Tool.find(tool, in: context)
    let result: SubStepResult
    if let type = found.stepType {
      result = await context.steps.run(
        SubStep(name: tool, type: type, parameters: parameters, filling: .with([:])))
    } else {
      let filled = try context.steps.fill(.object(parameters), [:])
      result = await found.call(filled.objectValue ?? [:], context)
    }
    if let failure = result.failure {
      throw StepFailure(failure.kind, "tool \"\(tool)\": \(failure.message)", output: failure.output)
    }
    return result.output
  }
}
