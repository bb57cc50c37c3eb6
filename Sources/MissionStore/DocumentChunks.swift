package import MissionModel
import SQLite

/// A document cut so that no row is big: one row beside the job, or chunks of their own.
struct DocumentChunks: Sendable {
  /// Above this a document goes into chunks of this size.
  static let chunkBytes = 256 << 10

  private let document: [UInt8]

  init(_ document: [UInt8]) { self.document = document }

  var size: Int { document.count }
  var whole: [UInt8]? { size <= Self.chunkBytes ? document : nil }

  func forEachChunk(
    _ body: (Int, ArraySlice<UInt8>) throws(SQLiteError) -> Void
  ) throws(SQLiteError) {
    guard whole == nil else { return }
    for (order, start) in stride(from: 0, to: size, by: Self.chunkBytes).enumerated() {
      try body(order, document[start..<min(start + Self.chunkBytes, size)])
    }
  }
}

extension Transaction {
  func insert(_ chunks: DocumentChunks, format: DocumentFormat, job: Int64) throws(SQLiteError) {
    try execute(
      "INSERT INTO documents (job, format, size, bytes) VALUES (?1, ?2, ?3, ?4)", .integer(job),
      .text(format.rawValue), SQLValue(chunks.size), SQLValue(chunks.whole))
    try chunks.forEachChunk { order, bytes throws(SQLiteError) in
      let key = ChunkKey.of(job: job, order: order)
      try execute(
        "INSERT INTO document_chunks (key, bytes) VALUES (?1, zeroblob(?2))", .integer(key),
        SQLValue(bytes.count))
      try blob(table: "document_chunks", column: "bytes", row: key, writable: true).write(bytes, at: 0)
    }
  }

  /// The document of a job, put together.
  func document(job: Int64) throws(SQLiteError) -> (bytes: [UInt8], format: DocumentFormat)? {
    let head = try first("SELECT format, size, bytes FROM documents WHERE job = ?1", .integer(job)) {
      row throws(SQLiteError) in (format: row.text(0), size: row.int(1), bytes: row.bytesOrNil(2))
    }
    guard let head else { return nil }
    guard let format = DocumentFormat(rawValue: head.format) else { throw StoredJSON.damage("a format") }
    if let bytes = head.bytes { return (bytes, format) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(head.size)
    let keys = ChunkKey.all(of: job)
    try scan(
      "SELECT bytes FROM document_chunks WHERE key BETWEEN ?1 AND ?2 ORDER BY key",
      .integer(keys.lowerBound), .integer(keys.upperBound)
    ) { row throws(SQLiteError) in
      row.withBytes(0) { bytes.append(contentsOf: $0) }
      return true
    }
    guard bytes.count == head.size else { throw StoredJSON.damage("a document's size") }
    return (bytes, format)
  }
}

extension JobStore {
  /// The mission as it was sent; nil if there is no such job.
  package func document(of id: JobID) async throws(StoreError) -> (bytes: [UInt8], format: DocumentFormat)? {
    try await read("read the document of job \(id)") { tx throws(SQLiteError) in
      guard let number = try tx.number(of: id) else { return nil }
      return try tx.document(job: number)
    }
  }
}
