package import Formats
package import MissionModel

extension Models {
  /// The models of the configured providers, over `network`.
  ///
  /// - Parameters:
  ///   - environment: where keys and addresses are looked for that the configuration does not bring.
  ///   - secret: the value of a configured secret.
  ///   - account: told of what each answer used, and waited for before the next request.
  package static func live(
    _ settings: ModelSettings, environment: [String: String],
    secret: @escaping @Sendable (_ name: String) -> VariableScope.Lookup, network: Network,
    now: @escaping @Sendable () -> Timestamp,
    account: @escaping @Sendable (ModelTarget, TokenUsage) async -> Void = { _, _ in }
  ) -> Models {
    let live = ModelsLive(
      directory: ModelDirectory(settings: settings, environment: environment, secret: secret),
      network: network, now: now, account: account)
    var models = Models(
      target: { choice, purpose throws(ModelFailure) in try live.directory.target(choice, purpose) },
      chat: { request, onText throws(ModelFailure) in
        let target = try live.directory.target(request.choice, .chat)
        return try await live.chat(request, target, onText)
      },
      embed: { request throws(ModelFailure) in
        let target = try live.directory.target(request.choice, .embedding)
        return try await live.embed(request, target)
      })
    models.keeping = settings.keeping
    return models
  }
}

/// Asks providers over the network, and reads what they answer as each one's protocol has it.
struct ModelsLive: Sendable {
  let directory: ModelDirectory
  let network: Network
  let now: @Sendable () -> Timestamp
  /// Told of what each answer used.
  let account: @Sendable (ModelTarget, TokenUsage) async -> Void

  static func language(of provider: ModelProvider) -> (any ModelProtocol)? {
    switch provider {
    case .openai, .azureOpenAI: OpenAIProtocol()
    case .anthropic: AnthropicProtocol()
    case .ollama: OllamaProtocol()
    case .googleGemini: GeminiProtocol()
    case .local: nil
    }
  }

  func chat(
    _ request: ChatRequest, _ target: ModelTarget, _ onText: @Sendable (String) -> Void
  ) async throws(ModelFailure) -> ChatAnswer {
    guard let language = Self.language(of: target.provider) else {
      let answer = try await LocalModels.answer(request, target)
      onText(answer.text)
      await account(target, answer.usage)
      return answer
    }
    do throws(ModelFailure) {
      let endpoint = try directory.endpoint(target.provider, address: request.choice.address)
      let call = language.chat(request, model: target.model, at: endpoint)
      let answer = try await send(call, to: endpoint, language, request.deadline, streams: request.streams)
      var parts = ModelAnswerParts()
      do throws(ModelFailure) {
        if request.streams, !Self.isWhole(answer) {
          try await stream(answer, language, onText, into: &parts)
        } else {
          try await whole(answer, language, onText, into: &parts)
        }
      } catch {
        // What was spent until a stream broke may stand at its beginning.
        if parts.usage.total > 0 { await account(target, parts.usage) }
        throw error
      }
      await account(target, parts.usage)
      return ChatAnswer(
        text: parts.text, calls: parts.toolCalls, finishReason: parts.finishReason ?? "stop",
        usage: parts.usage, model: parts.model ?? target.model, provider: target.provider)
    } catch { throw Self.named(error, target) }
  }

  /// True where a server that was asked for a stream answers in one.
  private static func isWhole(_ answer: WebAnswer) -> Bool {
    answer.header("content-type")?.lowercased().hasPrefix("application/json") ?? false
  }

  private func stream(
    _ answer: WebAnswer, _ language: any ModelProtocol, _ onText: @Sendable (String) -> Void,
    into parts: inout ModelAnswerParts
  ) async throws(ModelFailure) {
    var reader = StreamReader(language.framing)
    while !parts.isComplete {
      let bytes: [UInt8]
      do throws(StepFailure) { bytes = try await answer.read() } catch {
        throw Self.cutOff(error, after: parts)
      }
      for piece in bytes.isEmpty ? reader.finish() : reader.take(bytes) where !parts.isComplete {
        let text = try language.take(piece, into: &parts)
        if !text.isEmpty { onText(text) }
      }
      guard !reader.isOverflowing else {
        throw ModelFailure(.badAnswer, "a line of the stream has no end")
      }
      if bytes.isEmpty { break }
    }
    guard parts.isComplete || parts.finishReason != nil else { throw Self.cutOff(nil, after: parts) }
  }

  private func whole(
    _ answer: WebAnswer, _ language: any ModelProtocol, _ onText: @Sendable (String) -> Void,
    into parts: inout ModelAnswerParts
  ) async throws(ModelFailure) {
    let body = try await Self.json(answer)
    try language.take(whole: body, into: &parts)
    if !parts.text.isEmpty { onText(parts.text) }
  }

  static func cutOff(_ failure: StepFailure?, after parts: ModelAnswerParts) -> ModelFailure {
    if failure?.kind == .cancelled { return ModelFailure(.cancelled, "cancelled") }
    let cause = failure.map { ": \($0.message)" } ?? ""
    return ModelFailure(
      .cutOff,
      "the server ended the stream in the middle of the answer, after \(parts.text.count) characters\(cause)")
  }

  func embed(_ request: EmbeddingRequest, _ target: ModelTarget) async throws(ModelFailure) -> EmbeddingAnswer
  {
    guard let language = Self.language(of: target.provider) else {
      let answer = try await LocalModels.vectors(request, target)
      await account(target, answer.usage)
      return answer
    }
    do throws(ModelFailure) {
      let endpoint = try directory.endpoint(target.provider, address: request.choice.address)
      var answer = EmbeddingAnswer(vectors: [], model: target.model, provider: target.provider)
      var rest = request.texts[...]
      while !rest.isEmpty {
        let batch = Array(rest.prefix(max(1, request.batchSize)))
        rest = rest.dropFirst(batch.count)
        let call = language.embedding(of: batch, model: target.model, at: endpoint)
        let body = try await Self.json(
          send(call, to: endpoint, language, request.deadline, streams: false))
        guard let (vectors, usage) = language.vectors(body), vectors.count == batch.count else {
          throw ModelFailure(.badAnswer, "the answer has no vector for each text: \(body.excerpt)")
        }
        await account(target, usage)
        answer.vectors += vectors
        answer.usage += usage
      }
      guard Set(answer.vectors.map(\.count)).count <= 1 else {
        throw ModelFailure(.badAnswer, "the vectors have different lengths")
      }
      return answer
    } catch { throw Self.named(error, target) }
  }

  private static func named(_ failure: ModelFailure, _ target: ModelTarget) -> ModelFailure {
    switch failure.kind {
    case .cancelled, .missingKey, .unknownProvider: failure
    case .unknownModel, .refusedKey, .contextTooLong, .refusedRequest, .unavailable, .unreachable, .cutOff,
      .badAnswer, .unsupported, .denied:
      ModelFailure(failure.kind, "\(target.provider.rawValue) \(target.model): \(failure.message)")
    }
  }
}
