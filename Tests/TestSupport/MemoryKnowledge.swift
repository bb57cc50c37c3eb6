import Formats
package import MissionModel

/// A document store in memory for tests of steps: exact, slow, and without ranking of words.
package actor MemoryKnowledge {
  private var collections: [String: KnowledgeCollection] = [:]
  private var documents: [String: [(String, KnowledgeDocument)]] = [:]

  /// An empty store.
  package init() {}

  /// What steps get.
  package nonisolated var capability: Knowledge {
    Knowledge(
      collection: { name throws(StepFailure) in await self.collections[name] },
      add: { document, collection throws(StepFailure) in try await self.add(document, collection) },
      find: { query throws(StepFailure) in try await self.find(query) })
  }

  /// The chunks of a document, in order; nil if there is none.
  package func chunks(_ id: String, in collection: String) -> [String]? {
    documents[collection]?.first { $0.0 == id }?.1.chunks.map(\.text)
  }

  private func add(
    _ document: KnowledgeDocument, _ collection: KnowledgeCollection
  ) throws(StepFailure) -> Bool {
    if let refusal = collections[collection.name]?.refusal(of: collection) { throw refusal }
    collections[collection.name] = collection
    let count = documents[collection.name, default: []].count
    documents[collection.name, default: []].removeAll { $0.0 == document.id }
    let isThere = documents[collection.name, default: []].count < count
    documents[collection.name, default: []].append((document.id, document))
    return isThere
  }

  private func find(_ query: KnowledgeQuery) throws(StepFailure) -> [KnowledgeHit] {
    guard collections[query.collection] != nil else {
      throw StepFailure("search collection \"\(query.collection)\": there is none; rag_add makes it")
    }
    var hits: [KnowledgeHit] = []
    for (id, document) in documents[query.collection, default: []]
    where MetadataFilter.passes(document.metadata, query.filter) {
      for (position, chunk) in document.chunks.enumerated() {
        let words = query.words.map { Set($0.lowercased().split(separator: " ")) } ?? []
        let said = words.filter { chunk.text.lowercased().contains($0) }.count
        if query.vector == nil, said == 0 { continue }
        let score = query.vector.map { query.metric.similarity($0, chunk.vector) } ?? Double(said)
        guard score >= query.threshold ?? -.infinity else { continue }
        hits.append(
          KnowledgeHit(
            documentID: id, position: position, score: score, content: chunk.text,
            metadata: document.metadata))
      }
    }
    return Array(hits.sorted { $0.score > $1.score }.prefix(query.limit))
  }
}
