package import Formats
package import MissionModel

/// Lets a model work towards an objective with tools.
package struct AgentStep: StepType {
  package static let name = "agent"
  package static let summary = "Let a model work towards an objective with the tools that it is given."
  package static let effects: Effects = [.callsModels, .usesNetwork, .runsSteps]
  package static let example = """
    step_type: agent
    parameters:
      name: DataAnalyst
      objective: Analyze quarterly sales trends
      tools: [calculator, data_processor]
      max_iterations: 10
    """
  package static let outputs = [
    OutputField("result", "string", "The last answer."),
    OutputField("iterations", "integer", "How often the model was asked."),
    OutputField(
      "transcript", "list",
      "[{thought, tool, arguments, observation}], in order; empty where ai.keep_transcripts is false."),
    OutputField("tools_used", "list", "The tools that were called."),
    OutputField("usage", "map", "prompt_tokens, completion_tokens and total_tokens of all answers."),
    OutputField("stopped_because", "string", "finished; in a failure max_iterations or max_tokens_total."),
  ]
  package static let mainOutput: String? = "result"
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  /// Tokens of one answer.
  private static let answerTokens = 4096

  private let objective: String
  private let name: String?
  private let tools: [String]
  private let maxIterations: Int
  private let choice: ModelChoice
  private let system: String?
  private let background: JSON
  private let maxTokens: Int?
  private let isVerbose: Bool

  package init(_ p: inout ParameterReader) {
    objective = p.required("objective", .nonEmptyString, "What is to be reached.")
    name = p.optional("name", .nonEmptyString, "Who the agent is.")
    tools = p.optional(
      "tools", .list(of: .nonEmptyString), default: [],
      "What it may call: step types, built-in tools, commands of the configuration.")
    maxIterations = p.optional(
      "max_iterations", .integer(1...1000), default: 10, "Ask the model at most so often.")
    choice = ModelParameters.choice(&p)
    system = p.optional("system_message", .string, "Instructions that stand above the agent's own.")
    background = p.optional("context", .any, default: .null, "What it should know: a text, or any value.")
    maxTokens = p.optional(
      "max_tokens_total", .integer(1...Int.max), "Stop when the answers and prompts together used so many.")
    isVerbose = p.optional("verbose", .bool, default: false, "Write what tools gave into the log, too.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    var tools: [Tool] = []
    for name in self.tools { tools.append(try Tool.find(name, in: context)) }
    var memory = AgentMemory(context.checkpoint.stored) ?? AgentMemory(question)
    while true {
      try await callPending(&memory, tools, context)
      guard memory.iterations < maxIterations else {
        throw stopped(
          memory, context, "max_iterations", "was not done after \(maxIterations) iterations")
      }
      if let maxTokens, memory.usage.total >= maxTokens {
        throw stopped(
          memory, context, "max_tokens_total", "was not done after \(memory.usage.total) tokens")
      }
      let answer = try await ask(&memory, tools, context)
      memory.iterations += 1
      memory.usage += answer.usage
      take(answer, into: &memory)
      guard !memory.pending.isEmpty else {
        memory.transcript.append(.init(thought: answer.text, tool: nil, arguments: .null, observation: nil))
        return output(memory, context, answer.text, "finished")
      }
      try await context.checkpoint.store(memory.json)
    }
  }

  private var question: String {
    background.isNull ? objective : "\(objective)\n\nWhat you should know:\n\(background.text)"
  }

  // MARK: The model's turn

  private func ask(
    _ memory: inout AgentMemory, _ tools: [Tool], _ context: StepContext
  ) async throws(StepFailure) -> ChatAnswer {
    var conversation = Conversation(context)
    do throws(ModelFailure) {
      return try await conversation.askModel(request(memory, tools, context))
    } catch {
      // Models without tool calls say so; they get the same in plain text.
      let isAboutTools = error.message.lowercased().contains("tool")
      guard error.kind == .refusedRequest, isAboutTools, !memory.usesText, !tools.isEmpty else {
        throw error.stepFailure
      }
    }
    context.warn("the model takes no tool calls: the agent makes them in plain text")
    memory.usesText = true
    return try await conversation.ask(request(memory, tools, context))
  }

  private func request(_ memory: AgentMemory, _ tools: [Tool], _ context: StepContext) -> ChatRequest {
    var parameters = ModelParameters(
      choice: choice,
      system: AgentWords.instructions(name: name, own: system, tools: tools, usesText: memory.usesText))
    parameters.maxTokens = Self.answerTokens
    var request = parameters.request(memory.turns, in: context)
    if !memory.usesText {
      request.tools = tools.map { ChatTool(name: $0.name, summary: $0.summary, parameters: $0.parameters) }
    }
    return request
  }

  private func take(_ answer: ChatAnswer, into memory: inout AgentMemory) {
    memory.thought = answer.text
    memory.pending = answer.calls
    if memory.usesText, let found = AgentWords.call(in: answer.text, number: memory.iterations) {
      memory.pending = [found.call]
      memory.thought = found.thought
    }
    memory.turns.append(.assistant(answer.text, calls: memory.usesText ? [] : answer.calls))
  }

  // MARK: The tools' turn

  /// Calls what the last answer asked for, one after another.
  private func callPending(
    _ memory: inout AgentMemory, _ tools: [Tool], _ context: StepContext
  ) async throws(StepFailure) {
    guard !memory.pending.isEmpty else { return }
    var results: [ToolResult] = []
    for call in memory.pending {
      let result = try await carryOut(call, tools, context)
      results.append(result)
      memory.transcript.append(
        .init(
          thought: results.count == 1 ? memory.thought : "", tool: call.name, arguments: call.arguments,
          observation: result.text))
    }
    memory.pending = []
    memory.turns.append(memory.usesText ? .user(AgentWords.report(results)) : .results(results))
    try await context.checkpoint.store(memory.json)
  }

  private func carryOut(
    _ call: ToolCall, _ tools: [Tool], _ context: StepContext
  ) async throws(StepFailure) -> ToolResult {
    note("\(call.name)(\(call.arguments.excerpt))", context)
    let (text, isError) = try await observation(of: call, tools, context)
    if isVerbose { note("\(call.name): \(text)", context) }
    return ToolResult(callID: call.id, name: call.name, text: text, isError: isError)
  }

  private func observation(
    of call: ToolCall, _ tools: [Tool], _ context: StepContext
  ) async throws(StepFailure) -> (text: String, isError: Bool) {
    guard let tool = tools.first(where: { $0.name == call.name }) else {
      let known = tools.map(\.name).joined(separator: ", ")
      return ("there is no tool \"\(call.name)\"; there are \(known.isEmpty ? "none" : known)", true)
    }
    guard let arguments = call.arguments.objectValue else {
      return ("the arguments are no JSON object", true)
    }
    if tool.stepType == nil {
      try await context.audit.record(
        .toolCalled,
        context.models.keeping.answers
          ? ["tool": .string(tool.name), "arguments": .string(call.arguments.excerpt)]
          : ["tool": .string(tool.name)])
    }
    let result = await tool.call(arguments, context)
    guard let failure = result.failure else { return (ObservationText.cut(result.output.text), false) }
    // The end of the whole attempt is not the model's business.
    guard failure.kind != .cancelled, !Task.isCancelled else { throw .cancelled }
    let shown = failure.output.map { "\n\($0.text)" } ?? ""
    return (
      ObservationText.cut("\(failure.kind == .denied ? "denied: " : "")\(failure.message)\(shown)"), true
    )
  }

  private func note(_ text: String, _ context: StepContext) {
    guard context.models.keeping.answers else { return }
    context.log.write(.stderr, Array("\(text)\n".utf8))
  }

  // MARK: The end

  private func stopped(
    _ memory: AgentMemory, _ context: StepContext, _ reason: String, _ words: String
  ) -> StepFailure {
    StepFailure(
      "the agent \(words); raise \(reason)", output: output(memory, context, memory.thought, reason))
  }

  private func output(
    _ memory: AgentMemory, _ context: StepContext, _ result: String, _ reason: String
  ) -> JSON {
    let transcript = context.models.keeping.transcripts ? memory.transcript : []
    return [
      "result": .string(result), "iterations": JSON(memory.iterations),
      "transcript": .array(transcript.map(\.json)),
      "tools_used": .array(memory.toolsUsed.map(JSON.string)), "usage": memory.usage.json,
      "stopped_because": .string(reason),
    ]
  }
}
