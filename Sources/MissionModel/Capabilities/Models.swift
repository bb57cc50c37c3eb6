package import Formats

/// Lets a step speak to the models of the configured providers.
///
/// Choice of provider and model, keys, retries and each provider's protocol are behind it; a caller that is
/// cancelled closes the connection at once.
package struct Models: Sendable {
  /// Says which provider and model a step's parameters mean, without asking anybody.
  package var target:
    @Sendable (_ choice: ModelChoice, _ purpose: ModelPurpose) throws(ModelFailure) -> ModelTarget
  /// Lets a model answer. `onText` hears of the text as it comes where the request streams, else once.
  package var chat:
    @Sendable (_ request: ChatRequest, _ onText: @escaping @Sendable (_ text: String) -> Void)
      async
      throws(ModelFailure) -> ChatAnswer
  /// Turns texts into vectors.
  package var embed: @Sendable (_ request: EmbeddingRequest) async throws(ModelFailure) -> EmbeddingAnswer
  /// Whether prompts and answers may be written into logs.
  package var keeping = ModelKeeping()

  /// Makes the capability of its closures.
  package init(
    target: @escaping @Sendable (ModelChoice, ModelPurpose) throws(ModelFailure) -> ModelTarget,
    chat:
      @escaping @Sendable (ChatRequest, @escaping @Sendable (String) -> Void)
      async
      throws(ModelFailure) -> ChatAnswer,
    embed: @escaping @Sendable (EmbeddingRequest) async throws(ModelFailure) -> EmbeddingAnswer
  ) {
    self.target = target
    self.chat = chat
    self.embed = embed
  }

  /// Refuses everything: what a step gets that did not declare `callsModels`.
  package static let denied = Models(
    target: { _, _ throws(ModelFailure) in throw refusal },
    chat: { _, _ throws(ModelFailure) in throw refusal },
    embed: { _ throws(ModelFailure) in throw refusal })

  private static let refusal = ModelFailure(
    .denied, "ask a model: this step type did not declare that it calls models")
}

/// What a model is asked for.
package enum ModelPurpose: Sendable { case chat, embedding }

/// The provider and model as a step names them; what is left out is the configuration's.
package struct ModelChoice: Sendable, Equatable {
  package var provider: String?
  package var model: String?
  /// A server that is asked in the place of the provider's configured one.
  package var address: String?

  /// Names a provider and a model.
  package init(provider: String? = nil, model: String? = nil, address: String? = nil) {
    self.provider = provider
    self.model = model
    self.address = address
  }
}

/// The provider and model that are really asked.
package struct ModelTarget: Sendable, Equatable {
  package var provider: ModelProvider
  package var model: String

  /// Names a model of a provider.
  package init(provider: ModelProvider, model: String) {
    self.provider = provider
    self.model = model
  }
}

/// Whether what goes to models and comes from them may be written into logs, and kept beside results.
package struct ModelKeeping: Sendable, Equatable {
  /// `ai.log_prompts`.
  package var prompts = false
  /// `ai.log_answers`.
  package var answers = true
  /// `ai.keep_transcripts`.
  package var transcripts = true

  /// Answers and transcripts, not prompts.
  package init(prompts: Bool = false, answers: Bool = true, transcripts: Bool = true) {
    self.prompts = prompts
    self.answers = answers
    self.transcripts = transcripts
  }
}

/// Tokens that a model read and wrote.
package struct TokenUsage: Sendable, Equatable {
  package var prompt: Int
  package var completion: Int

  /// Wraps two counts.
  package init(prompt: Int = 0, completion: Int = 0) {
    self.prompt = prompt
    self.completion = completion
  }

  /// Both together.
  package var total: Int { prompt + completion }

  /// What two calls used.
  package static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
    TokenUsage(prompt: left.prompt + right.prompt, completion: left.completion + right.completion)
  }

  /// The same where either may have asked no model at all.
  package static func sum(_ left: TokenUsage?, _ right: TokenUsage?) -> TokenUsage? {
    guard let left, let right else { return left ?? right }
    return left + right
  }

  /// Adds what another call used.
  package static func += (left: inout TokenUsage, right: TokenUsage) { left = left + right }

  /// `{prompt_tokens, completion_tokens, total_tokens}`, as outputs have it.
  package var json: JSON {
    ["prompt_tokens": JSON(prompt), "completion_tokens": JSON(completion), "total_tokens": JSON(total)]
  }
}

/// Why a model gave no answer.
package struct ModelFailure: Error, Sendable, Equatable {
  /// What a caller may do about it.
  package enum Kind: String, Sendable, CaseIterable {
    /// There is no such provider; the message lists those that there are.
    case unknownProvider
    /// The provider has no such model; the message lists some that it has.
    case unknownModel
    /// The message names the variable and the setting that would bring the key.
    case missingKey
    /// The provider did not take the key.
    case refusedKey
    /// The request is longer than the model's context.
    case contextTooLong
    /// The provider did not take the request for another reason.
    case refusedRequest
    /// Too many requests, or an overloaded provider, to the last try.
    case unavailable
    /// No connection, or one that broke.
    case unreachable
    /// The stream ended before the answer did.
    case cutOff
    /// What came is not what the provider's protocol says.
    case badAnswer
    /// The provider cannot do this at all.
    case unsupported
    case denied
    case cancelled
  }

  package var kind: Kind
  /// `openai gpt-4: …`: lower case, without a full stop, never with a key.
  package var message: String

  /// Makes a failure.
  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The same for the engine.
  package var stepFailure: StepFailure {
    switch kind {
    case .cancelled: .cancelled
    case .denied: StepFailure(.denied, message)
    case .unknownProvider, .missingKey, .unsupported: StepFailure(.badParameters, message)
    case .unknownModel, .refusedKey, .contextTooLong, .refusedRequest, .unavailable, .unreachable, .cutOff,
      .badAnswer:
      StepFailure(message)
    }
  }
}
