import MissionModel

/// The provider `local`: its texts and vectors, worked out on a thread where nobody waits for it.
enum LocalModels {
  /// The answer to a chat.
  static func answer(
    _ request: ChatRequest, _ target: ModelTarget
  ) async throws(ModelFailure) -> ChatAnswer {
    guard target.model == LocalText.model else { throw noModel(target, LocalText.model) }
    return try await onThread { () throws(ModelFailure) in try LocalText.answer(request) }
  }

  /// Vectors of texts.
  static func vectors(
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
}
