package import Formats
package import MissionModel

/// Something that the step `tool` and agents can call by name: a step type, one of the built-in tools, or a
/// command of the configuration.
package struct Tool: Sendable {
  package let name: String
  /// One sentence, for people and models.
  package let summary: String
  /// JSON Schema of the arguments.
  package let parameters: JSON
  /// Calls it with arguments that are data: no placeholder in them is filled.
  package let call: @Sendable (_ arguments: JSONObject, _ context: StepContext) async -> SubStepResult
  /// The step type behind it; nil for the others.
  package let stepType: String?

  /// Describes a tool.
  init(
    name: String, summary: String, parameters: JSON, stepType: String? = nil,
    call: @escaping @Sendable (JSONObject, StepContext) async -> SubStepResult
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.stepType = stepType
    self.call = call
  }

  /// Finds a tool; fails with the names that come close.
  package static func find(_ name: String, in context: StepContext) throws(StepFailure) -> Tool {
    if let tool = BuiltinTools.all.first(where: { $0.name == name }) { return tool }
    if let tool = context.steps.commandTools.first(where: { $0.name == name }) { return of(tool) }
    switch context.steps.find(name) {
    case .found(let declaration): return of(declaration)
    case .notInThisVersion(let name):
      throw StepFailure(.badParameters, "the step type \"\(name)\" is not in this version")
    case .unknown:
      let known =
        BuiltinTools.all.map(\.name) + context.steps.commandTools.map(\.name) + context.steps.names
      let closest = EditDistance.closest(to: name, among: known)
      throw StepFailure(
        .badParameters,
        "there is no tool \"\(name)\""
          + (closest.map { "; did you mean \"\($0)\"?" } ?? "; known are " + known.joined(separator: ", ")))
    }
  }

  private static func of(_ declaration: StepDeclaration) -> Tool {
    Tool(
      name: declaration.name, summary: declaration.summary, parameters: ToolSchema.of(declaration),
      stepType: declaration.name
    ) { arguments, context in
      await context.steps.run(
        SubStep(name: declaration.name, type: declaration.name, parameters: arguments))
    }
  }

  private static func of(_ tool: CommandTool) -> Tool {
    Tool(name: tool.name, summary: tool.summary, parameters: tool.parameters) { arguments, context in
      do throws(StepFailure) {
        try check(arguments, tool.parameters, context)
        return try await run(tool, arguments, context)
      } catch { return SubStepResult(failure: error) }
    }
  }

  /// Fails where arguments do not match a schema.
  static func check(
    _ arguments: JSONObject, _ schema: JSON, _ context: StepContext
  ) throws(StepFailure) {
    let compiled: JSONSchema
    do throws(ValidationError) { compiled = try JSONSchema(schema, patterns: context.patterns) } catch {
      throw StepFailure(.badParameters, "the tool's schema is none: \(error.problems[0].message)")
    }
    do throws(StepFailure) {
      try compiled.require(.object(arguments), from: "the call", output: .null)
    } catch { throw StepFailure(.badParameters, error.message) }
  }

  /// Each word is filled by itself, so that no argument adds a word; all arguments are its input as JSON.
  private static func run(
    _ tool: CommandTool, _ arguments: JSONObject, _ context: StepContext
  ) async throws(StepFailure) -> SubStepResult {
    var filler = TemplateFiller(
      VariableScope { path in
        guard let value = arguments[path[0]] else { return .missing("the call has no \"\(path[0])\"") }
        return VariableScope.descend(value, path.dropFirst(), from: path[0])
      }, isStrict: false)
    var words: [JSON] = []
    for word in tool.command { words.append(.string(try filler.fill(.string(word)).text)) }
    let result = await context.steps.run(
      SubStep(
        name: tool.name, type: "command",
        parameters: [
          "command": words[0], "args": .array(Array(words.dropFirst())),
          "stdin": .string(JSON.object(arguments).compact),
        ]))
    guard result.failure == nil, let text = result.output["stdout"]?.stringValue else { return result }
    // What a command prints is JSON or a text.
    let value = (try? JSONParser.parse(text)) ?? .string(text)
    return SubStepResult(
      output: value, mainOutput: value, durationMilliseconds: result.durationMilliseconds)
  }
}
