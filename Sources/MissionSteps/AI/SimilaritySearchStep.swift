package import Formats
package import MissionModel

/// Finds what is near a text or a vector, in a collection or among documents that come with the step.
package struct SimilaritySearchStep: StepType {
  package static let name = "similarity_search"
  package static let summary = "Find the documents that are nearest to a text or a vector."
  package static let effects: Effects = [.callsModels, .usesNetwork, .usesKnowledge]
  package static let example = """
    step_type: similarity_search
    parameters:
      query: broken pump
      documents: [{ id: a, text: The pump leaks }, { id: b, text: Lunch is at noon }]
      top_k: 1
      provider: local
    """
  package static let outputs = [
    OutputField("results", "list", "[{id, score, text, metadata, rank}], the nearest first."),
    OutputField("count", "integer", "How many results there are."),
  ]
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  private let query: String?
  private let vector: [Double]?
  private let collection: CollectionParameters
  private let documents: [SearchedDocument]?
  private let limit: Int
  private let threshold: Double?
  private let metric: VectorMetric
  private let filter: JSONObject

  package init(_ p: inout ParameterReader) {
    query = p.optional("query", .nonEmptyString, "The text to be near.")
    vector = p.optional("query_embedding", .list(of: .number()), "The vector to be near.")
    p.exactlyOne(of: ["query", "query_embedding"])
    collection = CollectionParameters(&p, aliases: ["database"])
    documents = p.optional(
      "documents", .searchedDocuments, "What is searched in the place of a collection: texts, or {id, text}.")
    limit = p.optional("top_k", .integer(1...1000), default: 5, "Most results.")
    threshold = p.optional("threshold", .number(-1_000_000...1_000_000), "The least score.")
    let word = p.optional(
      "metric", .choice("cosine", "dot", "euclidean"), default: "cosine",
      "What nearness is; euclidean scores 1 / (1 + distance).")
    metric = VectorMetric(rawValue: word) ?? .cosine
    filter = p.optional(
      "filter", .map, default: [:], "What metadata must be: {name: value}, or a list of right values.")
    p.atMostOne(of: ["collection", "documents"])
    if let vector, vector.isEmpty, !p.isOpen("query_embedding"), p.purpose != .describing {
      p.problem(at: "query_embedding", "is empty")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let hits =
      if let documents { try await among(documents, context) } else { try await inCollection(context) }
    let results = hits.enumerated().map { place, hit -> JSON in
      [
        "id": .string(hit.documentID), "score": .double(hit.score), "text": .string(hit.content),
        "metadata": .object(hit.metadata), "rank": JSON(place + 1),
      ]
    }
    return ["results": .array(results), "count": JSON(results.count)]
  }

  private func inCollection(_ context: StepContext) async throws(StepFailure) -> [KnowledgeHit] {
    var search = KnowledgeQuery(
      collection: collection.name, vector: vector?.map { Float($0) } ?? [], metric: metric, limit: limit,
      threshold: threshold, filter: filter)
    if let query, try await context.knowledge.collection(collection.name) != nil {
      search.vector = try await collection.embed([query], in: context).vectors.first
    }
    return try await context.knowledge.find(search)
  }

  private func among(
    _ documents: [SearchedDocument], _ context: StepContext
  ) async throws(StepFailure) -> [KnowledgeHit] {
    let chosen = documents.filter { MetadataFilter.passes($0.metadata, filter) }
    guard !chosen.isEmpty else { return [] }
    let missing = chosen.filter { $0.vector == nil }.map(\.text)
    var vectors: [[Float]] = []
    let texts = (query.map { [$0] } ?? []) + missing
    if !texts.isEmpty {
      var request = EmbeddingRequest(texts, choice: collection.choice)
      request.deadline = context.deadline
      do throws(ModelFailure) { vectors = try await context.models.embed(request).vectors } catch {
        throw error.stepFailure
      }
    }
    let wanted = query == nil ? vector?.map { Float($0) } ?? [] : vectors.removeFirst()
    var fresh = vectors.makeIterator()
    var hits: [KnowledgeHit] = []
    for document in chosen {
      let own = document.vector ?? fresh.next() ?? []
      guard own.count == wanted.count else {
        throw StepFailure(
          .badParameters,
          "document \"\(document.id)\": its vector has \(own.count) dimensions, the query's \(wanted.count)")
      }
      let score = metric.similarity(wanted, own)
      guard score >= threshold ?? -.infinity else { continue }
      hits.append(
        KnowledgeHit(
          documentID: document.id, position: 0, score: score, content: document.text,
          metadata: document.metadata))
    }
    // The sort is stable: equals stay in the order in which they came.
    return hits.sorted { $0.score > $1.score }.prefix(limit).map { $0 }
  }
}
