package import Formats
package import MissionModel

/// Lets a language model answer.
package struct LLMStep: StepType {
  package static let name = "llm"
  package static let summary = "Ask a language model, and take its answer as text or as JSON."
  package static let effects: Effects = [.callsModels, .usesNetwork]
  package static let example = """
    step_type: llm
    parameters:
      provider: openai
      model: gpt-4o-mini
      system_message: You are a data analyst
      prompt: "Summarize: {{read.output.content}}"
    """
  package static let outputs = [
    OutputField("content", "string", "The answer."),
    OutputField("response", "string", "Another spelling of content."),
    OutputField("text", "string", "Another spelling of content."),
    OutputField("analysis", "string", "Another spelling of content."),
    OutputField("json", "any", "The answer as a value, where response_format asks for JSON; else null."),
    OutputField("tool_calls", "list", "The tools that the model wants called: [{id, name, arguments}]."),
    OutputField("model", "string", "The model as the provider names it."),
    OutputField("provider", "string", "Who answered."),
    OutputField("usage", "map", "prompt_tokens, completion_tokens and total_tokens."),
    OutputField("finish_reason", "string", "stop, length, tool_calls, content_filter, or another word."),
  ]
  package static let mainOutput: String? = "content"
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  private let prompt: String?
  private let messages: ChatMessages?
  private let parameters: ModelParameters
  private let stop: [String]
  private let format: AnswerFormat
  private let streams: Bool
  private let tools: [ChatTool]

  package init(_ p: inout ParameterReader) {
    prompt = p.optional("prompt", .string, "What the model is asked.")
    messages = p.optional("messages", .chatMessages, "A whole conversation: [{role, content}].")
    p.exactlyOne(of: ["prompt", "messages"])
    parameters = ModelParameters(&p)
    stop = p.optional(
      "stop", .oneOrMore(.nonEmptyString), default: [], "Texts at which the answer ends.")
    format = p.optional(
      "response_format", .answerFormat, default: .text,
      "text, json, or a JSON Schema that the answer must match.")
    streams = p.optional(
      "stream", .bool, default: true, "Take the answer as it comes, into the step's log too.")
    tools = p.optional(
      "tools", .chatTools, default: [], "Tools that the model may ask for; an agent is what calls them.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let check = try format.check(context)
    var conversation = Conversation(context)
    var request = parameters.request(messages?.turns ?? [.user(prompt ?? "")], in: context)
    request.system = [parameters.system, messages?.system].compactMap { $0 }.joined(separator: "\n\n")
    if request.system?.isEmpty == true { request.system = nil }
    request.stop = stop
    request.format = format.chatFormat
    request.streams = streams
    request.tools = tools
    var answer = try await conversation.ask(request)
    var value = JSON.null
    if let check, answer.calls.isEmpty {
      (answer, value) = try await repaired(answer, check, request, &conversation)
    }
    return output(answer, value, conversation.usage)
  }

  /// The JSON of an answer; a model whose answer is none is told so and may try once more.
  private func repaired(
    _ answer: ChatAnswer, _ check: AnswerCheck, _ request: ChatRequest, _ conversation: inout Conversation
  ) async throws(StepFailure) -> (ChatAnswer, JSON) {
    guard case .bad(let problem) = try check.look(at: answer.text) else {
      return (answer, try value(check, answer, conversation))
    }
    var second = request
    second.turns += [
      .assistant(answer.text),
      .user(
        "That answer cannot be used: \(problem). Answer again, with nothing but the corrected JSON."),
    ]
    let repaired = try await conversation.ask(second)
    return (repaired, try value(check, repaired, conversation))
  }

  private func value(
    _ check: AnswerCheck, _ answer: ChatAnswer, _ conversation: Conversation
  ) throws(StepFailure) -> JSON {
    switch try check.look(at: answer.text) {
    case .good(let value): return value
    case .bad(let problem):
      let cut =
        answer.finishReason == "length" ? "; it was cut off at max_tokens, which may be raised" : ""
      throw StepFailure(
        "the answer of \(answer.provider.rawValue) \(answer.model) is not what response_format asks for, "
          + "also at the second try: \(problem)\(cut): \(JSON.string(answer.text).excerpt)",
        output: output(answer, .null, conversation.usage))
    }
  }

  private func output(_ answer: ChatAnswer, _ value: JSON, _ usage: TokenUsage) -> JSON {
    let text = JSON.string(answer.text)
    return [
      "content": text, "response": text, "text": text, "analysis": text, "json": value,
      "tool_calls": .array(
        answer.calls.map { call in
          ["id": .string(call.id), "name": .string(call.name), "arguments": call.arguments]
        }), "model": .string(answer.model), "provider": .string(answer.provider.rawValue),
      "usage": usage.json, "finish_reason": .string(answer.finishReason),
    ]
  }
}
