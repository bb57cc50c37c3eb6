package import Formats

/// What a model is asked, in the words that all providers share.
package struct ChatRequest: Sendable, Equatable {
  package var choice: ModelChoice
  /// Instructions that stand above the conversation.
  package var system: String?
  package var turns: [ChatTurn]
  package var tools: [ChatTool] = []
  package var temperature: Double?
  /// Most tokens of the answer; nil leaves it to the provider.
  package var maxTokens: Int?
  /// Texts at which the answer ends.
  package var stop: [String] = []
  package var format = ChatFormat.text
  /// Whether the answer comes piece by piece.
  package var streams = true
  /// When nobody wants the answer any more; waits between tries end before it.
  package var deadline: ContinuousClock.Instant?

  /// Asks with `turns`.
  package init(_ turns: [ChatTurn], choice: ModelChoice = ModelChoice()) {
    self.turns = turns
    self.choice = choice
  }
}

/// What somebody said.
package enum ChatTurn: Sendable, Equatable {
  case user(String)
  /// What the model said before, with the tools that it called.
  case assistant(String, calls: [ToolCall] = [])
  /// What the tools of the turn before gave, in the order of their calls.
  case results([ToolResult])
}

/// A tool that a model may call.
package struct ChatTool: Sendable, Equatable {
  package var name: String
  package var summary: String
  /// JSON Schema of the arguments, an object.
  package var parameters: JSON

  /// Describes a tool.
  package init(name: String, summary: String, parameters: JSON) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
  }
}

/// A model's wish to have a tool called.
package struct ToolCall: Sendable, Equatable {
  /// What the result is matched by; made up where the provider gives none.
  package var id: String
  package var name: String
  /// A map; what is no JSON stays a string, so that the model can be told.
  package var arguments: JSON
  /// What the provider wants to see again beside the call, such as Gemini's `thoughtSignature`.
  package var seal: JSON

  /// Describes a call.
  package init(id: String, name: String, arguments: JSON, seal: JSON = .null) {
    self.id = id
    self.name = name
    self.arguments = arguments
    self.seal = seal
  }
}

/// What a tool gave.
package struct ToolResult: Sendable, Equatable {
  package var callID: String
  package var name: String
  package var text: String
  package var isError: Bool

  /// Describes a result.
  package init(callID: String, name: String, text: String, isError: Bool = false) {
    self.callID = callID
    self.name = name
    self.text = text
    self.isError = isError
  }
}

/// What the answer's text has to be.
package enum ChatFormat: Sendable, Equatable {
  case text
  /// Any JSON.
  case json
  /// JSON that holds for a JSON Schema.
  case schema(JSON)
}

/// What a model answered.
package struct ChatAnswer: Sendable, Equatable {
  package var text: String
  package var calls: [ToolCall]
  /// `stop`, `length`, `tool_calls`, `content_filter`, or the provider's own word for something else.
  package var finishReason: String
  package var usage: TokenUsage
  /// The model as the provider names it.
  package var model: String
  package var provider: ModelProvider

  /// Describes an answer.
  package init(
    text: String, calls: [ToolCall] = [], finishReason: String = "stop", usage: TokenUsage = TokenUsage(),
    model: String, provider: ModelProvider
  ) {
    self.text = text
    self.calls = calls
    self.finishReason = finishReason
    self.usage = usage
    self.model = model
    self.provider = provider
  }
}

/// Texts that are to become vectors.
package struct EmbeddingRequest: Sendable, Equatable {
  package var choice: ModelChoice
  package var texts: [String]
  /// Most texts of one request to the provider.
  package var batchSize = 64
  package var deadline: ContinuousClock.Instant?

  /// Asks for vectors of `texts`.
  package init(_ texts: [String], choice: ModelChoice = ModelChoice()) {
    self.texts = texts
    self.choice = choice
  }
}

/// The vectors of texts, in their order, all of one length.
package struct EmbeddingAnswer: Sendable, Equatable {
  package var vectors: [[Float]]
  /// The model as it was asked for.
  package var model: String
  package var provider: ModelProvider
  package var usage: TokenUsage

  /// Describes an answer.
  package init(vectors: [[Float]], model: String, provider: ModelProvider, usage: TokenUsage = TokenUsage()) {
    self.vectors = vectors
    self.model = model
    self.provider = provider
    self.usage = usage
  }

  /// The length of the vectors; 0 without any.
  package var dimensions: Int { vectors.first?.count ?? 0 }
}
