import Formats
package import MissionModel
package import SQLite

/// Documents, their chunks and vectors: a part of the daemon's database, or a database of their own.
///
/// A document is added or replaced in one transaction: after a crash it is there as it was, or as it is now.
package struct KnowledgeStore: Sendable {
  let database: Database

  /// Chunks of one document; more would keep the writer from others for too long.
  package static let mostChunks = 20_000

  /// Works on a database that has this release's schema already, as `JobStore` leaves it.
  package init(_ database: Database) { self.database = database }

  /// What steps get.
  package var capability: Knowledge {
    Knowledge(
      collection: { name throws(StepFailure) in try await collection(name) },
      add: { document, collection throws(StepFailure) in try await add(document, to: collection) },
      find: { query throws(StepFailure) in try await find(query) })
  }

  private func collection(_ name: String) async throws(StepFailure) -> KnowledgeCollection? {
    try await read("look up collection \"\(name)\"") { tx throws(SQLiteError) in
      try tx.collection(name)?.collection
    }
  }

  // MARK: Adding

  private func add(
    _ document: KnowledgeDocument, to collection: KnowledgeCollection
  ) async throws(StepFailure) -> Bool {
    let operation = "add document \"\(document.id)\""
    guard document.chunks.count <= Self.mostChunks else {
      throw StepFailure(
        "\(operation): it has \(document.chunks.count) chunks, more than \(Self.mostChunks); raise chunk_size, "
          + "or add its parts as documents")
    }
    guard collection.dimensions <= VectorProbe.mostDimensions else {
      throw StepFailure(
        "\(operation): its vectors have \(collection.dimensions) dimensions, more than "
          + "\(VectorProbe.mostDimensions)")
    }
    for chunk in document.chunks where chunk.vector.count != collection.dimensions {
      preconditionFailure("a chunk's vector has its collection's length")
    }
    let rows = document.chunks.map { chunk in
      ChunkRow(
        content: chunk.text, code: VectorCode.bytes(chunk.vector), vector: VectorBytes.bytes(chunk.vector))
    }
    let metadata = JSON.object(document.metadata).compact
    let outcome: Result<Bool, StepFailure>
    do throws(SQLiteError) {
      outcome = try await database.write { tx throws(SQLiteError) in
        let (number, known) = try tx.findOrMake(collection)
        if let refusal = known.refusal(of: collection) { return .failure(refusal) }
        return .success(try tx.put(document.id, metadata: metadata, rows, in: number))
      }
    } catch { throw Self.failure(error, operation) }
    return try outcome.get()
  }

  // MARK: Reading

  func read<Answer: Sendable>(
    _ operation: @autoclosure () -> String,
    _ body: @escaping @Sendable (borrowing Transaction) throws(SQLiteError) -> Answer
  ) async throws(StepFailure) -> Answer {
    do throws(SQLiteError) { return try await database.read(body) } catch {
      throw Self.failure(error, operation())
    }
  }

  static func failure(_ error: SQLiteError, _ operation: String) -> StepFailure {
    StepFailure(StoreError(error, operation).message)
  }
}

/// What of a chunk goes into the tables.
struct ChunkRow: Sendable {
  var content: String
  var code: [UInt8]
  var vector: [UInt8]
}

extension Transaction {
  func collection(_ name: String) throws(SQLiteError) -> (number: Int64, collection: KnowledgeCollection)? {
    try first(
      "SELECT number, provider, model, dimensions FROM collections WHERE name = ?1", .text(name)
    ) { row throws(SQLiteError) in
      (
        row.int64(0),
        KnowledgeCollection(name: name, provider: row.text(1), model: row.text(2), dimensions: row.int(3))
      )
    }
  }

  func findOrMake(
    _ collection: KnowledgeCollection
  ) throws(SQLiteError) -> (number: Int64, collection: KnowledgeCollection) {
    if let known = try self.collection(collection.name) { return known }
    try execute(
      "INSERT INTO collections (name, provider, model, dimensions) VALUES (?1, ?2, ?3, ?4)",
      .text(collection.name), .text(collection.provider), .text(collection.model),
      SQLValue(collection.dimensions))
    return (lastInsertedRowID, collection)
  }

  /// Puts a document in the place of the one with its id; true if there was one.
  func put(
    _ id: String, metadata: String, _ rows: [ChunkRow], in collection: Int64
  ) throws(SQLiteError) -> Bool {
    let earlier = try first(
      "SELECT number FROM knowledge WHERE collection = ?1 AND id = ?2", .integer(collection), .text(id)
    ) { row throws(SQLiteError) in row.int64(0) }
    let document: Int64
    if let earlier {
      try removeChunks(of: earlier)
      try execute(
        "UPDATE knowledge SET metadata = ?2 WHERE number = ?1", .integer(earlier), .text(metadata))
      document = earlier
    } else {
      try execute(
        "INSERT INTO knowledge (collection, id, metadata) VALUES (?1, ?2, ?3)", .integer(collection),
        .text(id), .text(metadata))
      document = lastInsertedRowID
    }
    try insert(rows, document: document, in: PassageKey.range(of: collection))
    return earlier != nil
  }

  private func insert(
    _ rows: [ChunkRow], document: Int64, in range: Range<Int64>
  ) throws(SQLiteError) {
    let last = try first(
      "SELECT max(key) FROM chunks WHERE key >= ?1 AND key < ?2", .integer(range.lowerBound),
      .integer(range.upperBound)
    ) { row throws(SQLiteError) in row.int64OrNil(0) }
    let first = (last ?? nil).map { $0 + 1 } ?? range.lowerBound
    for (position, row) in rows.enumerated() {
      let key = SQLValue.integer(first + Int64(position))
      try execute(
        "INSERT INTO chunks (key, document, position, content) VALUES (?1, ?2, ?3, ?4)", key,
        .integer(document), SQLValue(position), .text(row.content))
      try execute(
        "INSERT INTO chunk_codes (key, document, code) VALUES (?1, ?2, ?3)", key, .integer(document),
        .bytes(row.code))
      try execute("INSERT INTO chunk_vectors (key, vector) VALUES (?1, ?2)", key, .bytes(row.vector))
      try execute("INSERT INTO chunk_words (rowid, content) VALUES (?1, ?2)", key, .text(row.content))
    }
  }

  /// The index of words keeps no text of its own: it is told what to forget.
  private func removeChunks(of document: Int64) throws(SQLiteError) {
    let document = SQLValue.integer(document)
    try execute(
      """
      INSERT INTO chunk_words (chunk_words, rowid, content)
      SELECT 'delete', key, content FROM chunks WHERE document = ?1
      """, document)
    try execute(
      "DELETE FROM chunk_codes WHERE key IN (SELECT key FROM chunks WHERE document = ?1)", document)
    try execute(
      "DELETE FROM chunk_vectors WHERE key IN (SELECT key FROM chunks WHERE document = ?1)", document)
    try execute("DELETE FROM chunks WHERE document = ?1", document)
  }
}
