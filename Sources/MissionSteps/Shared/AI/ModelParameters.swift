import Formats
package import MissionModel

/// What every step that asks a model understands: who is asked, and how the answer is to be.
package struct ModelParameters: Sendable {
  package var choice: ModelChoice
  package var system: String?
  package var temperature: Double?
  package var maxTokens: Int?

  /// Tokens of an answer where nothing is said.
  package static let defaultMaxTokens = 1000

  /// Reads `provider` and `model` alone.
  package static func choice(_ p: inout ParameterReader) -> ModelChoice {
    ModelChoice(
      provider: p.optional(
        "provider", .modelProvider,
        "Who is asked; else the configuration's."),
      model: p.optional("model", .nonEmptyString, "The model; else the provider's default."))
  }

  /// Reads all of them; `maxTokens` is the default of `max_tokens`, nil to leave it to the provider.
  package init(_ p: inout ParameterReader, maxTokens fallback: Int? = defaultMaxTokens) {
    choice = Self.choice(&p)
    system = p.optional("system_message", .string, "Instructions that stand above the conversation.")
    temperature = p.optional("temperature", .number(0...2), "0 is the most predictable.")
    let summary = "Most tokens of an answer."
    maxTokens =
      if let fallback { p.optional("max_tokens", .integer(1...10_000_000), default: fallback, summary) } else
      {
        p.optional("max_tokens", .integer(1...10_000_000), summary)
      }
  }

  /// The parameters of an llm that says nothing of them.
  package init(choice: ModelChoice, system: String?) {
    self.choice = choice
    self.system = system
    maxTokens = Self.defaultMaxTokens
  }

  /// A request in these terms.
  package func request(_ turns: [ChatTurn], in context: StepContext) -> ChatRequest {
    var request = ChatRequest(turns, choice: choice)
    request.system = system
    request.temperature = temperature
    request.maxTokens = maxTokens
    request.deadline = context.deadline
    return request
  }
}

extension ParameterKind where Value == String {
  /// One of the providers; a wrong one is told with all of them.
  fileprivate static var modelProvider: ParameterKind {
    let known = ModelProvider.allCases.map(\.rawValue)
    return ParameterKind(
      expectation: "one of " + known.joined(separator: ", "),
      schema: ["type": "string", "enum": .array(known.map(JSON.string))], stand: known[0],
      encode: { .string($0) }
    ) { value, rules in
      guard case .string(let name) = value else { return nil }
      if rules.isOpen(name) { return known[0] }
      if known.contains(name) { return name }
      rules.message = ModelProvider.unknown(name)
      return nil
    }
  }
}
