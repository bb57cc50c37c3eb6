import TestSupport
import Testing

@testable import SQLite

@Suite(.timeLimit(.minutes(1))) struct MigratorTests {
  private let first = Migrator.Migration("notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
  private let second = Migrator.Migration(
    "stars", "ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 0")

  private func open(_ directory: TemporaryDirectory) async throws -> Database {
    try await Database.open(.init(path: directory / "notes.db"))
  }

  @Test func `a database of the last release gets what is new and keeps what it has`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await open(directory)
    try await Migrator(applicationID: 7, migrations: [first]).migrate(database)
    try await database.add("old")
    try await Migrator(applicationID: 7, migrations: [first, second]).migrate(database)
    try await Migrator(applicationID: 7, migrations: [first, second]).migrate(database)
    let stars = try await database.read { tx throws(SQLiteError) in
      try tx.all("SELECT stars FROM notes WHERE text = 'old'") { row throws(SQLiteError) in row.int(0) }
    }
    #expect(stars == [0])
    await database.close()
  }

  @Test func `a database of a newer release is refused in one sentence`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await open(directory)
    try await Migrator(applicationID: 7, migrations: [first, second]).migrate(database)
    let error = await #expect(throws: SQLiteError.self) {
      try await Migrator(applicationID: 7, migrations: [first]).migrate(database)
    }
    #expect(
      error?.message
        == "the database was written by a newer release (schema 2, this one knows 1); install that release "
        + "or restore a backup")
    await database.close()
  }

  @Test func `the database of another program is left alone`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await open(directory)
    try await database.write { tx throws(SQLiteError) in try tx.run(script: "CREATE TABLE theirs (x)") }
    let error = await #expect(throws: SQLiteError.self) {
      try await Migrator(applicationID: 7, migrations: [first]).migrate(database)
    }
    #expect(error?.message == "the file is the database of another program; choose another directory")
    await database.close()
  }

  @Test func `a migration that fails leaves the version before it`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await open(directory)
    let broken = Migrator.Migration("broken", "CREATE TABLE half (x); CREATE TABLE notes (y)")
    await #expect(throws: SQLiteError.self) {
      try await Migrator(applicationID: 7, migrations: [first, broken]).migrate(database)
    }
    let state = try await database.read { tx throws(SQLiteError) in
      (
        try tx.first("PRAGMA user_version") { row throws(SQLiteError) in row.int(0) },
        try tx.all("SELECT name FROM sqlite_schema") { row throws(SQLiteError) in row.text(0) }
      )
    }
    #expect(state.0 == 1)
    #expect(state.1 == ["notes"])
    await database.close()
  }
}
