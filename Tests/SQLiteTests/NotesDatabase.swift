import TestSupport

@testable import SQLite

/// A database with one table, for tests of what holds for any table.
enum NotesDatabase {
  static func open(
    _ directory: TemporaryDirectory, vfs: FaultyVFS? = nil,
    configure: (inout Database.Configuration) -> Void = { _ in }
  ) async throws -> Database {
    var configuration = Database.Configuration(path: directory / "notes.db")
    configuration.vfs = vfs?.name
    configure(&configuration)
    let database = try await Database.open(configuration)
    try await database.write { tx throws(SQLiteError) in
      try tx.run(
        script: """
          CREATE TABLE IF NOT EXISTS notes (
            id INTEGER PRIMARY KEY, text TEXT NOT NULL CHECK (text <> ''))
          """)
    }
    return database
  }
}

extension Database {
  @discardableResult
  func add(_ text: String, id: Int64? = nil) async throws(SQLiteError) -> Int64 {
    try await write { tx throws(SQLiteError) in
      try tx.execute("INSERT INTO notes (id, text) VALUES (?1, ?2)", SQLValue(id), .text(text))
      return tx.lastInsertedRowID
    }
  }

  func texts() async throws(SQLiteError) -> [String] {
    try await read { tx throws(SQLiteError) in
      try tx.all("SELECT text FROM notes ORDER BY id") { row throws(SQLiteError) in row.text(0) }
    }
  }
}
