import Glibc
import MissionModel
import SQLite

/// The search by words.
extension KnowledgeStore {
  /// The part of a query, by the rarity of its words, that a chunk has to say to count beside a vector.
  ///
  /// A fusion of ranks sees no scores: it would take a chunk that shares `how` and `the` with a question for
  /// as good as the nearest of all vectors.
  private static let leastShare = 0.2

  /// Chunks that say any of some words, the best first (BM25).
  func saying(
    _ words: String, _ scope: Scope, _ depth: Int, _ operation: String
  ) async throws(StepFailure) -> [(key: Int64, score: Double)] {
    guard let match = WordQuery.text(words) else { return [] }
    return try await read(operation) { tx throws(SQLiteError) in
      var found: [(key: Int64, score: Double)] = []
      try tx.scan(
        """
        SELECT key, document, score FROM (
          SELECT rowid AS word_key, -bm25(chunk_words) AS score FROM chunk_words
          WHERE chunk_words MATCH ?1 AND rowid >= ?2 AND rowid < ?3)
        JOIN chunks ON key = word_key ORDER BY score DESC, key
        """, .text(match), .integer(scope.keys.lowerBound), .integer(scope.keys.upperBound)
      ) { row throws(SQLiteError) in
        if scope.documents?.contains(row.int64(1)) ?? true { found.append((row.int64(0), row.double(2))) }
        return found.count < depth
      }
      return found
    }
  }

  /// Those of `found` that say enough of `words`: a rare word weighs more than one that every chunk has.
  func sayingEnough(
    _ words: String, _ found: [(key: Int64, score: Double)], _ scope: Scope, _ operation: String
  ) async throws(StepFailure) -> [(key: Int64, score: Double)] {
    let distinct = WordQuery.words(words)
    guard distinct.count > 1, !found.isEmpty else { return found }
    let keys = "[" + found.map { String($0.key) }.joined(separator: ",") + "]"
    let weights = try await read(operation) { tx throws(SQLiteError) in
      let all = try tx.countOfChunks(in: scope.keys)
      var weights: (all: Double, of: [Int64: Double]) = (0, [:])
      for word in distinct {
        let match = SQLValue.text(WordQuery.quoted(word))
        let count = try tx.first(
          "SELECT count(*) FROM chunk_words WHERE chunk_words MATCH ?1 AND rowid >= ?2 AND rowid < ?3", match,
          .integer(scope.keys.lowerBound), .integer(scope.keys.upperBound)
        ) { row throws(SQLiteError) in row.int(0) }
        let weight = log((Double(all) + 1) / (Double(max(1, count ?? 0)) + 0.5))
        weights.all += weight
        guard count ?? 0 > 0 else { continue }
        try tx.scan(
          """
          SELECT rowid FROM chunk_words
          WHERE chunk_words MATCH ?1 AND rowid IN (SELECT value FROM json_each(?2))
          """, match, .text(keys)
        ) { row throws(SQLiteError) in
          weights.of[row.int64(0), default: 0] += weight
          return true
        }
      }
      return weights
    }
    return found.filter { weights.of[$0.key, default: 0] >= Self.leastShare * weights.all }
  }
}

extension Transaction {
  /// About how many chunks a collection has: those of replaced documents count, too.
  fileprivate func countOfChunks(in keys: Range<Int64>) throws(SQLiteError) -> Int64 {
    try first(
      """
      SELECT (SELECT max(key) FROM chunk_codes WHERE key >= ?1 AND key < ?2)
        - (SELECT min(key) FROM chunk_codes WHERE key >= ?1 AND key < ?2) + 1
      """, .integer(keys.lowerBound), .integer(keys.upperBound)
    ) { row throws(SQLiteError) in row.int64OrNil(0) ?? 0 } ?? 0
  }
}
