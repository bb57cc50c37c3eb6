import SQLite

/// Where documents and their vectors lie.
///
/// A chunk's key is its collection's number and a number of its own (`PassageKey`), so one range of keys is a
/// collection. `chunk_codes` is what a search runs over: a byte for each dimension, so that 100,000 chunks
/// are 40 MB and not 150. `chunk_vectors` has the same vectors in full, for the few that come into question.
enum KnowledgeTables {
  static let migration = Migrator.Migration(
    "collections, knowledge, chunks",
    """
    CREATE TABLE collections (
      number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND (1 << 22) - 1),
      name TEXT NOT NULL UNIQUE,
      provider TEXT NOT NULL,
      model TEXT NOT NULL,
      dimensions INTEGER NOT NULL CHECK (dimensions > 0)
    );
    CREATE TABLE knowledge (
      number INTEGER PRIMARY KEY,
      collection INTEGER NOT NULL REFERENCES collections,
      id TEXT NOT NULL,
      metadata TEXT NOT NULL,
      UNIQUE (collection, id)
    );
    CREATE TABLE chunks (
      key INTEGER PRIMARY KEY,
      document INTEGER NOT NULL REFERENCES knowledge,
      position INTEGER NOT NULL CHECK (position >= 0),
      content TEXT NOT NULL
    );
    CREATE INDEX chunks_document ON chunks (document);
    CREATE TABLE chunk_codes (key INTEGER PRIMARY KEY, document INTEGER NOT NULL, code BLOB NOT NULL);
    CREATE TABLE chunk_vectors (key INTEGER PRIMARY KEY, vector BLOB NOT NULL);
    CREATE VIRTUAL TABLE chunk_words USING fts5 (
      content, content = 'chunks', content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    """)
}

/// The key of a chunk: its collection above, a number of its own below.
enum PassageKey {
  private static let bits: Int64 = 40

  /// The keys that a collection's chunks may have.
  static func range(of collection: Int64) -> Range<Int64> {
    (collection << bits)..<((collection + 1) << bits)
  }
}
