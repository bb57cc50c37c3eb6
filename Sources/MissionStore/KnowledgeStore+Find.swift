import Formats
import MissionModel
import SQLite

extension KnowledgeStore {
  /// Codes that one transaction reads: a few milliseconds, between which others get their turn.
  private static let pageRows = 16_384
  /// Chunks that either side of a search by both proposes, at least.
  private static let leastProposals = 50

  /// What a query means in this database.
  struct Scope: Sendable {
    var collection: KnowledgeCollection
    var keys: Range<Int64>
    /// Documents whose metadata is right; nil for all.
    var documents: Set<Int64>?
  }

  /// The chunks that answer a query best, the best first.
  func find(_ query: KnowledgeQuery) async throws(StepFailure) -> [KnowledgeHit] {
    let operation = "search collection \"\(query.collection)\""
    let scope = try await scope(query, operation)
    if let documents = scope.documents, documents.isEmpty { return [] }
    let depth =
      query.words == nil || query.vector == nil
      ? query.limit : max(Self.leastProposals, 4 * query.limit)
    var near: [(key: Int64, score: Double)] = []
    if let vector = query.vector { near = try await nearest(vector, query, scope, depth, operation) }
    guard let words = query.words else { return try await hits(near, query, operation) }
    var spoken = try await saying(words, scope, depth, operation)
    guard let vector = query.vector else {
      if let threshold = query.threshold { spoken.removeAll { $0.score < threshold } }
      return try await hits(spoken, query, operation)
    }
    if let threshold = query.threshold {
      let nearness = try await similarities(spoken.map(\.key), vector, query.metric, operation)
      spoken.removeAll { nearness[$0.key, default: -.infinity] < threshold }
    }
    spoken = try await sayingEnough(words, spoken, scope, operation)
    let fused = RankFusion.fuse([near.map(\.key), spoken.map(\.key)])
    return try await hits(fused.map { (key: $0.element, score: $0.score) }, query, operation)
  }

  private func scope(_ query: KnowledgeQuery, _ operation: String) async throws(StepFailure) -> Scope {
    let found = try await read(operation) { tx throws(SQLiteError) in
      (
        known: try tx.collection(query.collection),
        names: try tx.all("SELECT name FROM collections ORDER BY name LIMIT 20") {
          row throws(SQLiteError) in row.text(0)
        }
      )
    }
    guard let known = found.known else {
      let names = found.names.isEmpty ? "" : "; known are " + found.names.joined(separator: ", ")
      throw StepFailure("\(operation): there is none; rag_add makes it" + names)
    }
    if let vector = query.vector, vector.count != known.collection.dimensions {
      throw StepFailure(
        .badParameters,
        "\(operation): its vectors have \(known.collection.dimensions) dimensions, not \(vector.count)")
    }
    var scope = Scope(collection: known.collection, keys: PassageKey.range(of: known.number))
    if !query.filter.isEmpty {
      scope.documents = try await read(operation) { tx throws(SQLiteError) in
        try tx.documents(in: known.number, matching: query.filter)
      }
    }
    return scope
  }

  // MARK: By vector

  private func nearest(
    _ vector: [Float], _ query: KnowledgeQuery, _ scope: Scope, _ depth: Int, _ operation: String
  ) async throws(StepFailure) -> [(key: Int64, score: Double)] {
    let range = try await read(operation) { tx throws(SQLiteError) in
      try tx.first(
        """
        SELECT (SELECT min(key) FROM chunk_codes WHERE key >= ?1 AND key < ?2),
          (SELECT max(key) FROM chunk_codes WHERE key >= ?1 AND key < ?2)
        """, .integer(scope.keys.lowerBound), .integer(scope.keys.upperBound)
      ) { row throws(SQLiteError) in row.isNull(0) ? nil : row.int64(0)..<(row.int64(1) + 1) } ?? nil
    }
    guard let range else { return [] }
    let probe = VectorProbe(vector)
    let fresh = NearestChunks(limit: depth, threshold: query.threshold)
    let middle = range.lowerBound + Int64(range.count / 2)
    async let first = scan(range.lowerBound..<middle, probe, fresh, query.metric, scope, operation)
    async let second = scan(middle..<range.upperBound, probe, fresh, query.metric, scope, operation)
    let halves = await [first, second]
    var keys: [Int64] = []
    for half in halves { keys += try half.get() }
    let exact = try await similarities(keys, vector, query.metric, operation)
    let least = query.threshold ?? -.infinity
    var ranked: [(key: Int64, score: Double)] = []
    for (key, score) in exact where score >= least { ranked.append((key, score)) }
    ranked.sort { $0.score == $1.score ? $0.key < $1.key : $0.score > $1.score }
    return Array(ranked.prefix(depth))
  }

  /// Goes through the codes of a range of keys, a page at a time, and gives whoever may be among the nearest.
  private func scan(
    _ range: Range<Int64>, _ probe: VectorProbe, _ fresh: NearestChunks, _ metric: VectorMetric,
    _ scope: Scope, _ operation: String
  ) async -> Result<[Int64], StepFailure> {
    var nearest = fresh
    var next = range.lowerBound
    while next < range.upperBound {
      guard !Task.isCancelled else { return .failure(.cancelled) }
      let start = next
      let soFar = nearest
      do throws(StepFailure) {
        (nearest, next) = try await read(operation) { tx throws(SQLiteError) in
          var nearest = soFar
          var last = range.upperBound
          var rows = 0
          try tx.scan(
            "SELECT key, document, code FROM chunk_codes WHERE key >= ?1 AND key < ?2 ORDER BY key",
            .integer(start), .integer(range.upperBound)
          ) { row throws(SQLiteError) in
            let key = row.int64(0)
            if scope.documents?.contains(row.int64(1)) ?? true {
              row.withBytes(2) { nearest.note(key, $0, probe, metric) }
            }
            rows += 1
            if rows == Self.pageRows { last = key + 1 }
            return rows < Self.pageRows
          }
          return (nearest, last)
        }
      } catch { return .failure(error) }
    }
    return .success(nearest.keys)
  }

  /// What chunks really score.
  private func similarities(
    _ keys: [Int64], _ vector: [Float], _ metric: VectorMetric, _ operation: String
  ) async throws(StepFailure) -> [Int64: Double] {
    try await read(operation) { tx throws(SQLiteError) in
      var similarities: [Int64: Double] = [:]
      for key in keys {
        let own = try tx.first("SELECT vector FROM chunk_vectors WHERE key = ?1", .integer(key)) {
          row throws(SQLiteError) in row.withBytes(0) { VectorBytes.vector($0) }
        }
        if let own, own.count == vector.count { similarities[key] = metric.similarity(vector, own) }
      }
      return similarities
    }
  }

  // MARK: What was found

  /// The chunks of the best keys; one whose document was replaced in between is left out.
  private func hits(
    _ ranked: [(key: Int64, score: Double)], _ query: KnowledgeQuery, _ operation: String
  ) async throws(StepFailure) -> [KnowledgeHit] {
    let best = ranked.prefix(query.limit).map { $0 }
    return try await read(operation) { tx throws(SQLiteError) in
      var hits: [KnowledgeHit] = []
      for (key, score) in best {
        let hit = try tx.first(
          """
          SELECT knowledge.id, position, content, metadata FROM chunks JOIN knowledge ON number = document
          WHERE key = ?1
          """, .integer(key)
        ) { row throws(SQLiteError) in
          KnowledgeHit(
            documentID: row.text(0), position: row.int(1), score: score, content: row.text(2),
            metadata: try Self.metadata(row.text(3)))
        }
        if let hit { hits.append(hit) }
      }
      return hits
    }
  }

  static func metadata(_ text: String) throws(SQLiteError) -> JSONObject {
    guard let members = try StoredJSON.value(text).objectValue else {
      throw StoredJSON.damage("the metadata of a document")
    }
    return members
  }
}

extension NearestChunks {
  /// Takes note of the chunk of a code.
  mutating func note(
    _ key: Int64, _ code: UnsafeRawBufferPointer, _ probe: VectorProbe, _ metric: VectorMetric
  ) {
    let (product, error, length) = probe.compare(code)
    let lengths = (probe.length, length)
    note(
      key, least: metric.similarity(product: product - error, lengths: lengths),
      most: metric.similarity(product: product + error, lengths: lengths))
  }
}

extension Transaction {
  func documents(in collection: Int64, matching filter: JSONObject) throws(SQLiteError) -> Set<Int64> {
    var found: Set<Int64> = []
    try scan("SELECT number, metadata FROM knowledge WHERE collection = ?1", .integer(collection)) {
      row throws(SQLiteError) in
      let metadata = try KnowledgeStore.metadata(row.text(1))
      if MetadataFilter.passes(metadata, filter) { found.insert(row.int64(0)) }
      return true
    }
    return found
  }
}
