import SQLite
import TestSupport
import Testing

@Suite struct OnlineBackupTests {
  private let directory: TemporaryDirectory
  private let source: String

  init() throws {
    directory = try TemporaryDirectory()
    source = directory / "a.db"
    let connection = try GuestConnection(path: source, isReadOnly: false)
    try connection.execute(
      "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (zeroblob(100000))")
  }

  @Test func `a copy holds what was committed while another writes`() throws {
    let writer = try GuestConnection(path: source, isReadOnly: false)
    try writer.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (4)")
    try OnlineBackup.copy(from: source, to: directory / "b.db", isCancelled: { false })
    let copy = try GuestConnection(path: directory / "b.db", isReadOnly: true)
    try copy.start("SELECT count(*) FROM t", [])
    #expect(try copy.next() == [.integer(3)])
    #expect(!directory.contains("b.db-wal"))
  }

  @Test func `a cancel ends it, and what is no database is told`() throws {
    #expect(throws: SQLiteError.self) {
      try OnlineBackup.copy(from: source, to: directory / "c.db", isCancelled: { true })
    }
    try directory.write(String(repeating: "no database ", count: 1000), to: "text")
    let error = #expect(throws: SQLiteError.self) {
      try OnlineBackup.copy(from: directory / "text", to: directory / "d.db", isCancelled: { false })
    }
    #expect(error?.primaryCode == 26)
  }
}
