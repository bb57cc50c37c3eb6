package import Formats
package import MissionModel

extension Models {
  /// The models of the configured providers, over `network`.
  ///
  /// - Parameters:
  ///   - environment: where keys and addresses are looked for that the configuration does not bring.
  ///   - secret: the value of a configured secret.
  ///   - account: told of what each answer used.
  package static func live(
    _ settings: ModelSettings, environment: [String: String],
    secret: @escaping @Sendable (_ name: String) -> VariableScope.Lookup, network: Network,
    now: @escaping @Sendable () -> Timestamp,
    account: @escaping @Sendable (ModelTarget, TokenUsage) -> Void = { _, _ in }
  ) -> Models {
    let live = ModelsLive(
      directory: ModelDirectory(settings: settings, environment: environment, secret: secret),
      network: network, now: now)
    var models = Models(
      target: { choice, purpose throws(ModelFailure) in try live.directory.target(choice, purpose) },
      chat: { request, onText throws(ModelFailure) in
        let target = try live.directory.target(request.choice, .chat)
        let answer = try await live.chat(request, target, onText)
        account(target, answer.usage)
        return answer
      },
      embed: { request throws(ModelFailure) in
        let target = try live.directory.target(request.choice, .embedding)
        let answer = try await live.embed(request, target)
        account(target, answer.usage)
        return answer
      })
    models.keeping = settings.keeping
    return models
  }
}

/// Asks providers over the network: sends, tries again, reads what comes, and says what went wrong.
struct ModelsLive: Sendable {
  let directory: ModelDirectory
  let network: Network
  let now: @Sendable () -> Timestamp

  /// After its deadline a request ends by itself.
  private static let grace = Duration.seconds(5)
  /// For one request where the caller has no deadline.
  private static let longestWait = Duration.seconds(3600)
  /// Bytes of an answer that is no stream.
  private static let mostBytes = 256 << 20
  /// Bytes of an error's body that are read.
  private static let mostErrorBytes = 64 << 10
  /// Models that an error lists.
  private static let mostListed = 20

  static func language(of provider: ModelProvider) -> (any ModelProtocol)? {
    switch provider {
    case .openai, .azureOpenAI: OpenAIProtocol()
    case .anthropic: AnthropicProtocol()
    case .ollama: OllamaProtocol()
    case .googleGemini: GeminiProtocol()
    case .local: nil
    }
  }

  // MARK: Chat

  func chat(
    _ request: ChatRequest, _ target: ModelTarget, _ onText: @Sendable (String) -> Void
  ) async throws(ModelFailure) -> ChatAnswer {
    guard let language = Self.language(of: target.provider) else {
      let answer = try await Self.localAnswer(request, target)
      onText(answer.text)
      return answer
    }
    do throws(ModelFailure) {
      let endpoint = try directory.endpoint(target.provider, address: request.choice.address)
      let call = language.chat(request, model: target.model, at: endpoint)
      let answer = try await send(call, to: endpoint, language, request.deadline, streams: request.streams)
      let parts =
        request.streams && !Self.isWhole(answer)
        ? try await stream(answer, language, onText) : try await whole(answer, language, onText)
      return ChatAnswer(
        text: parts.text, calls: parts.toolCalls, finishReason: parts.finishReason ?? "stop",
        usage: parts.usage, model: parts.model ?? target.model, provider: target.provider)
    } catch { throw Self.named(error, target) }
  }

  // MARK: Without a model

  private static func localAnswer(
    _ request: ChatRequest, _ target: ModelTarget
  ) async throws(ModelFailure) -> ChatAnswer {
    guard target.model == LocalText.model else { throw noModel(target, LocalText.model) }
    return try await onThread { () throws(ModelFailure) in try LocalText.answer(request) }
  }

  private static func localVectors(
    _ request: EmbeddingRequest, _ target: ModelTarget
  ) async throws(ModelFailure) -> EmbeddingAnswer {
    guard target.model == LocalEmbedder.model else { throw noModel(target, LocalEmbedder.model) }
    return try await onThread { () throws(ModelFailure) in
      EmbeddingAnswer(
        vectors: request.texts.map(LocalEmbedder.vector), model: target.model, provider: .local)
    }
  }

  private static func onThread<Answer: Sendable>(
    _ body: @escaping @Sendable () throws(ModelFailure) -> Answer
  ) async throws(ModelFailure) -> Answer {
    let outcome: Result<Answer, ModelFailure>
    do throws(StepFailure) {
      outcome = try await HeavyWork.live.run { _ throws(StepFailure) in
        Result { () throws(ModelFailure) in try body() }
      }
    } catch { throw ModelFailure(.cancelled, error.message) }
    return try outcome.get()
  }

  private static func noModel(_ target: ModelTarget, _ known: String) -> ModelFailure {
    ModelFailure(.unknownModel, "local: there is no model \"\(target.model)\"; known is \(known)")
  }

  /// True where a server that was asked for a stream answers in one.
  private static func isWhole(_ answer: WebAnswer) -> Bool {
    answer.header("content-type")?.lowercased().hasPrefix("application/json") ?? false
  }

  private func stream(
    _ answer: WebAnswer, _ language: any ModelProtocol, _ onText: @Sendable (String) -> Void
  ) async throws(ModelFailure) -> ModelAnswerParts {
    var reader = StreamReader(language.framing)
    var parts = ModelAnswerParts()
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
    return parts
  }

  private func whole(
    _ answer: WebAnswer, _ language: any ModelProtocol, _ onText: @Sendable (String) -> Void
  ) async throws(ModelFailure) -> ModelAnswerParts {
    var parts = ModelAnswerParts()
    let body = try await Self.json(answer)
    try language.take(whole: body, into: &parts)
    if !parts.text.isEmpty { onText(parts.text) }
    return parts
  }

  private static func cutOff(_ failure: StepFailure?, after parts: ModelAnswerParts) -> ModelFailure {
    if failure?.kind == .cancelled { return ModelFailure(.cancelled, "cancelled") }
    let cause = failure.map { ": \($0.message)" } ?? ""
    return ModelFailure(
      .cutOff,
      "the server ended the stream in the middle of the answer, after \(parts.text.count) characters\(cause)")
  }

  // MARK: Embeddings

  func embed(_ request: EmbeddingRequest, _ target: ModelTarget) async throws(ModelFailure) -> EmbeddingAnswer
  {
    guard let language = Self.language(of: target.provider) else {
      return try await Self.localVectors(request, target)
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
        answer.vectors += vectors
        answer.usage += usage
      }
      guard Set(answer.vectors.map(\.count)).count <= 1 else {
        throw ModelFailure(.badAnswer, "the vectors have different lengths")
      }
      return answer
    } catch { throw Self.named(error, target) }
  }

  // MARK: Sending

  /// Sends a request until it is taken, and gives an answer of 2xx.
  private func send(
    _ call: ModelCall, to endpoint: ModelEndpoint, _ language: any ModelProtocol,
    _ deadline: ContinuousClock.Instant?, streams: Bool
  ) async throws(ModelFailure) -> WebAnswer {
    var tries = 1
    while true {
      let answer = try await exchange(call, deadline, streams: streams)
      if (200...299).contains(answer.status) { return answer }
      // An error without words is told by its status.
      let body = (try? await Self.body(answer, limit: Self.mostErrorBytes)) ?? []
      var failure = ModelWords.failure(status: answer.status, body: body, endpoint: endpoint)
      let left = deadline.map { $0 - .now }
      if let wait = ModelRetry.wait(
        afterTry: tries, status: answer.status, headers: answer.headers, now: now(), left: left)
      {
        tries += 1
        do { try await Task.sleep(for: wait) } catch { throw ModelFailure(.cancelled, "cancelled") }
        continue
      }
      if failure.kind == .unavailable {
        let asked = ModelRetry.asked(answer.headers, now())
        failure.message +=
          tries < ModelRetry.mostTries && asked != nil
          ? "; the wait that it asks for is longer than the step may take" : "; tried \(tries) times"
      }
      if failure.kind == .unknownModel {
        failure.message += await known(at: endpoint, language, deadline)
      }
      throw failure
    }
  }

  private func exchange(
    _ call: ModelCall, _ deadline: ContinuousClock.Instant?, streams: Bool
  ) async throws(ModelFailure) -> WebAnswer {
    let address: WebAddress
    do throws(StepFailure) { address = try WebAddress(call.url) } catch {
      throw ModelFailure(.unreachable, "the configured address \(error.message)")
    }
    // Whoever set the deadline ends the request then, and says so; this only holds where nobody does.
    let left = deadline.map { $0 - .now + Self.grace } ?? Self.longestWait
    var request = WebRequest(
      method: call.body == nil ? "GET" : "POST", url: address, timeout: max(.milliseconds(1), left))
    request.user = address.user
    request.headers = call.headers + [("User-Agent", "missiond")]
    if let body = call.body {
      request.headers.append(("Content-Type", "application/json"))
      request.body = .bytes(Array(body.compact.utf8))
    }
    request.streams = streams
    do throws(StepFailure) { return try await network.send(request) } catch {
      switch error.kind {
      case .cancelled: throw ModelFailure(.cancelled, "cancelled")
      case .denied: throw ModelFailure(.denied, error.message)
      case .failed, .badParameters: throw ModelFailure(.unreachable, error.message)
      }
    }
  }

  /// `; known are a, b and 3 more`; empty where the provider does not say.
  private func known(
    at endpoint: ModelEndpoint, _ language: any ModelProtocol, _ deadline: ContinuousClock.Instant?
  ) async -> String {
    guard let (call, names) = language.models(at: endpoint) else { return "" }
    let body: JSON
    do throws(ModelFailure) {
      let answer = try await exchange(call, deadline, streams: false)
      guard answer.status == 200 else { return "" }
      body = try await Self.json(answer)
    } catch { return "" }
    let known = names(body).sorted()
    guard !known.isEmpty else { return "; it has no models" }
    let more = known.count > Self.mostListed ? " and \(known.count - Self.mostListed) more" : ""
    return "; known are " + known.prefix(Self.mostListed).joined(separator: ", ") + more
  }

  private static func json(_ answer: WebAnswer) async throws(ModelFailure) -> JSON {
    let bytes = try await body(answer, limit: mostBytes)
    do throws(JSONError) { return try JSONParser.parse(bytes) } catch {
      throw ModelFailure(.badAnswer, "the answer is no JSON: \(error.message)")
    }
  }

  private static func body(_ answer: WebAnswer, limit: Int) async throws(ModelFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      do throws(StepFailure) {
        let piece = try await answer.read()
        if piece.isEmpty { return bytes }
        bytes += piece
      } catch { throw cutOff(error, after: ModelAnswerParts()) }
    }
    return bytes
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
