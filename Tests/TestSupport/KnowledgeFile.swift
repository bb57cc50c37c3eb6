import SQLite

/// The documents in a database file that no daemon has open.
package enum KnowledgeFile {
  /// The texts of all chunks, in order.
  ///
  /// Throws where documents, chunks, codes, vectors and the index of words do not belong together, or where
  /// the file itself is damaged.
  package static func texts(in path: String) async throws -> [String] {
    let database = try await Database.open(.init(path: path))
    let outcome = try await database.write { tx throws(SQLiteError) in
      let damage = try tx.all("PRAGMA integrity_check") { row throws(SQLiteError) in row.text(0) }
      let strays = try tx.first(
        """
        SELECT
          (SELECT count(*) FROM chunks FULL JOIN chunk_codes USING (key, document)
           WHERE content IS NULL OR code IS NULL),
          (SELECT count(*) FROM chunks FULL JOIN chunk_vectors USING (key)
           WHERE content IS NULL OR vector IS NULL),
          (SELECT count(*) FROM chunks WHERE document NOT IN (SELECT number FROM knowledge)),
          (SELECT count(*) FROM (
             SELECT document FROM chunks GROUP BY document HAVING max(position) + 1 <> count(*)))
        """
      ) { row throws(SQLiteError) in (0..<4).map { row.int($0) } }
      // FTS5's own check that its index is what the chunks say.
      try tx.execute("INSERT INTO chunk_words (chunk_words, rank) VALUES ('integrity-check', 1)")
      let texts = try tx.all("SELECT content FROM chunks ORDER BY document, position") {
        row throws(SQLiteError) in row.text(0)
      }
      return (damage: damage, strays: strays ?? [], texts: texts)
    }
    await database.close()
    guard outcome.damage == ["ok"], outcome.strays == [0, 0, 0, 0] else {
      throw TestSupportError("\(path): \(outcome.damage), strays \(outcome.strays)")
    }
    return outcome.texts
  }
}
