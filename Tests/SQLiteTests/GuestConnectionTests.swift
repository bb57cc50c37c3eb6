import TestSupport
import Testing

@testable import SQLite

@Suite struct GuestConnectionTests {
  @Test func `statements run in turn, and the last one gives rows`() throws {
    let connection = try GuestConnection(path: ":memory:", isReadOnly: false)
    try connection.start("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2); SELECT a FROM t;\n", [])
    #expect(connection.columns.map(\.name) == ["a"])
    #expect(connection.columns.map(\.type) == ["INT"])
    #expect(try connection.next() == [.integer(1)])
    connection.stop()
    #expect(try connection.next() == nil)
    #expect(connection.changes == 2)
    #expect(connection.lastInsertID == 2)
  }

  @Test func `values go with one statement only`() throws {
    let connection = try GuestConnection(path: ":memory:", isReadOnly: false)
    let error = #expect(throws: SQLiteError.self) { try connection.start("SELECT 1; SELECT ?", [1]) }
    #expect(error?.message == "values go with one statement only")
  }

  @Test func `nothing runs after an interrupt`() throws {
    let connection = try GuestConnection(path: ":memory:", isReadOnly: false)
    connection.interrupt()
    let error = #expect(throws: SQLiteError.self) { try connection.start("SELECT 1", []) }
    #expect(error?.primaryCode == 9)
  }

  @Test func `a lock of somebody else is waited for no longer than until an interrupt`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory / "a.db"
    let holder = try GuestConnection(path: path, isReadOnly: false)
    try holder.execute("CREATE TABLE t (a); BEGIN EXCLUSIVE")
    let other = try GuestConnection(path: path, isReadOnly: false)
    other.interrupt()
    let error = #expect(throws: SQLiteError.self) { try other.execute("INSERT INTO t VALUES (1)") }
    #expect(error?.isBusy == true)
  }

  @Test func `a link is not followed`() async throws {
    let directory = try TemporaryDirectory()
    try await TestProcess.run("ln", ["-s", "/etc/passwd", directory / "a.db"])
    #expect(throws: SQLiteError.self) { try GuestConnection(path: directory / "a.db", isReadOnly: false) }
  }
}
