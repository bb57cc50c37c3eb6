import CSQLite
import TestSupport
import Testing

@testable import SQLite

@Suite struct ConnectionTests {
  private func pragma(_ name: String, _ connection: Connection) throws -> String {
    var value = ""
    try connection.statement(composed: "PRAGMA \(name)").scan([]) { row throws(SQLiteError) in
      value = row.text(0)
      return false
    }
    return value
  }

  /// Each is a promise of DESIGN.md.
  @Test(arguments: [
    ("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("wal_autocheckpoint", "0"),
    ("secure_delete", "2"), ("mmap_size", "0"), ("cache_size", "-1024"),
  ])
  func `the writer has what its promises hang on`(name: String, value: String) throws {
    let directory = try TemporaryDirectory()
    let connection = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: true))
    #expect(try pragma(name, connection) == value)
  }

  @Test func `a database that has vanished does not come back empty`() throws {
    let directory = try TemporaryDirectory()
    let error = #expect(throws: SQLiteError.self) {
      _ = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: false))
    }
    #expect(error?.primaryCode == SQLITE_CANTOPEN)
    #expect(directory.entries() == [])
  }

  @Test func `without a log there is no database`() {
    let error = #expect(throws: SQLiteError.self) {
      _ = try Connection(.init(path: ":memory:"), role: .writer(createsFile: true))
    }
    #expect(error?.message == "the journal mode is memory, not wal")
  }

  @Test func `the log's length is known after each commit`() throws {
    let directory = try TemporaryDirectory()
    let connection = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: true))
    try connection.run(script: "CREATE TABLE notes (text)")
    let before = connection.pagesInWAL
    try connection.run(script: "INSERT INTO notes VALUES (zeroblob(100000))")
    #expect(before > 0)
    #expect(connection.pagesInWAL > before + 20)
  }
}
