import CSQLite
import TestSupport
import Testing

@testable import SQLite

@Suite struct SQLiteErrorTests {
  @Test(arguments: [
    (SQLITE_FULL, "free space on the disk of the database"),
    (SQLITE_BUSY, "another process holds the database: end its transaction"),
    (SQLITE_READONLY, "make the database and its directory writable"),
    (SQLITE_CORRUPT, "restore the database from a backup, or move it away to start with an empty one"),
    (FaultyVFS.syncError, "check the disk and the permissions of the database and its directory"),
  ])
  func `an error that an operator can end says how`(code: Int32, hint: String) {
    let error = SQLiteError(code: code, message: "it failed", operation: "COMMIT")
    #expect(error.description == "COMMIT: it failed (\(code)); \(hint)")
  }

  @Test func `what may pass is told from what will not`() {
    let passing = [SQLITE_FULL, SQLITE_BUSY, SQLITE_READONLY, FaultyVFS.writeError, SQLITE_CANTOPEN]
    let lasting = [SQLITE_CONSTRAINT, SQLITE_CORRUPT, SQLITE_ERROR, SQLITE_NOTADB]
    for code in passing { #expect(SQLiteError(code: code, message: "", operation: "").mayPass) }
    for code in lasting { #expect(!SQLiteError(code: code, message: "", operation: "").mayPass) }
  }
}
