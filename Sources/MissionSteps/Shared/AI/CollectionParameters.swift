import Formats
package import MissionModel

/// The collection of a step, and who makes its vectors.
package struct CollectionParameters: Sendable {
  /// Where nothing is said.
  package static let defaultName = "default"

  package let name: String
  /// Provider and model as the step names them; what is left out is the collection's own.
  package let choice: ModelChoice

  /// Reads `collection`, under other `aliases` too, `provider` and `model`.
  package init(_ p: inout ParameterReader, aliases: [String] = []) {
    name = p.optional(
      "collection", aliases: aliases, .nonEmptyString, default: Self.defaultName,
      "The collection of documents.")
    choice = ModelParameters.choice(&p)
  }

  /// The collection, and vectors of `texts` by the model that it is kept with; by the step's own for a new
  /// one.
  package func embed(
    _ texts: [String], in context: StepContext
  ) async throws(StepFailure) -> (collection: KnowledgeCollection, isNew: Bool, vectors: [[Float]]) {
    let known = try await context.knowledge.collection(name)
    var request = EmbeddingRequest(texts, choice: known.map(choice(in:)) ?? choice)
    request.deadline = context.deadline
    let answer: EmbeddingAnswer
    do throws(ModelFailure) {
      if let known { try check(known, request.choice, context) }
      answer = try await context.models.embed(request)
    } catch { throw error.stepFailure }
    let own = KnowledgeCollection(
      name: name, provider: answer.provider.rawValue, model: answer.model, dimensions: answer.dimensions)
    if let refusal = known?.refusal(of: own) { throw refusal }
    return (known ?? own, known == nil, answer.vectors)
  }

  /// Tells a wrong model before it is asked, and maybe paid.
  private func check(
    _ known: KnowledgeCollection, _ choice: ModelChoice, _ context: StepContext
  ) throws(ModelFailure) {
    let target = try context.models.target(choice, .embedding)
    var own = known
    own.provider = target.provider.rawValue
    own.model = target.model
    if let refusal = known.refusal(of: own) { throw ModelFailure(.unsupported, refusal.message) }
  }

  private func choice(in known: KnowledgeCollection) -> ModelChoice {
    var choice = choice
    choice.provider = choice.provider ?? known.provider
    if choice.provider == known.provider { choice.model = choice.model ?? known.model }
    return choice
  }
}

extension KnowledgeHit {
  /// `{document_id, chunk_id, score, content, metadata}`, as `rag_query` gives it.
  var json: JSON {
    [
      "document_id": .string(documentID), "chunk_id": .string(chunkID), "score": .double(score),
      "content": .string(content), "metadata": .object(metadata),
    ]
  }
}
