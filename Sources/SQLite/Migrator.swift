import CSQLite

/// Brings a database file to the schema of this program, one numbered step after the other.
///
/// Migrations are append-only: what a release has shipped never changes. `user_version` counts those done.
package struct Migrator: Sendable {
  /// One step of the schema's history.
  package struct Migration: Sendable {
    /// What it does, for messages.
    package let name: String
    /// The statements, in order.
    package let sql: String

    /// Names a step.
    package init(_ name: String, _ sql: String) {
      self.name = name
      self.sql = sql
    }
  }

  /// Marks the files of one program, so that no other program's database is taken over.
  private let applicationID: Int32
  private let migrations: [Migration]

  /// `applicationID` is any number that only this program uses.
  package init(applicationID: Int32, migrations: [Migration]) {
    self.applicationID = applicationID
    self.migrations = migrations
  }

  /// Runs what is missing, each migration in a transaction of its own with its number. Refuses a file of a
  /// newer release, and one of another program.
  package func migrate(_ database: Database, upTo last: Int = .max) async throws(SQLiteError) {
    let done = try await database.write { [applicationID, migrations] tx throws(SQLiteError) in
      let version = try tx.first("PRAGMA user_version") { row throws(SQLiteError) in row.int(0) } ?? 0
      let owner = try tx.first("PRAGMA application_id") { row throws(SQLiteError) in row.int64(0) } ?? 0
      let tables = try tx.first("SELECT count(*) FROM sqlite_schema") { row throws(SQLiteError) in row.int(0)
      }
      if version > migrations.count {
        throw Migrator.refusal(
          "the database was written by a newer release (schema \(version), this one knows "
            + "\(migrations.count)); install that release or restore a backup")
      }
      if owner != Int64(applicationID) {
        guard owner == 0, version == 0, tables == 0 else {
          throw Migrator.refusal("the file is the database of another program; choose another directory")
        }
        try tx.run(script: "PRAGMA application_id = \(applicationID)")
      }
      return version
    }
    let end = min(last, migrations.count)
    guard done < end else { return }
    for number in done..<end {
      let migration = migrations[number]
      try await database.write { tx throws(SQLiteError) in
        try tx.run(script: migration.sql)
        try tx.run(script: "PRAGMA user_version = \(number + 1)")
      }
    }
  }

  private static func refusal(_ message: String) -> SQLiteError {
    SQLiteError(code: SQLITE_NOTADB, message: message, operation: "open the database")
  }
}
