import TestSupport
import Testing

@testable import SQLite

@Suite struct RowTests {
  private func first<Value>(
    _ sql: StaticString, _ value: (borrowing Row) throws(SQLiteError) -> Value
  ) throws -> Value? {
    let directory = try TemporaryDirectory()
    let connection = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: true))
    return try Transaction(connection: connection).first(sql, element: value)
  }

  @Test func `a NULL is nil to those who ask, and empty to the others`() throws {
    #expect(try first("SELECT NULL") { row throws(SQLiteError) in row.int64OrNil(0) } == .some(nil))
    #expect(try first("SELECT NULL") { row throws(SQLiteError) in row.textOrNil(0) } == .some(nil))
    #expect(try first("SELECT NULL") { row throws(SQLiteError) in row.bytesOrNil(0) } == .some(nil))
    #expect(try first("SELECT NULL") { row throws(SQLiteError) in row.text(0) } == "")
    #expect(try first("SELECT NULL") { row throws(SQLiteError) in row.int64(0) } == 0)
    #expect(try first("SELECT NULL") { row throws(SQLiteError) in row.bytes(0) } == [])
  }

  @Test func `bytes can be looked at without a copy`() throws {
    let sum = try first("SELECT x'010203'") { row throws(SQLiteError) in
      row.withBytes(0) { bytes in bytes.reduce(0) { $0 + Int($1) } }
    }
    #expect(sum == 6)
  }

  @Test func `text that is no UTF-8 is repaired`() throws {
    let text = try first("SELECT CAST(x'61ff62' AS TEXT)") { row throws(SQLiteError) in row.text(0) }
    #expect(text == "a\u{fffd}b")
  }

  @Test func `truth values are numbers`() throws {
    #expect(try first("SELECT 1") { row throws(SQLiteError) in row.bool(0) } == true)
    #expect(try first("SELECT 0") { row throws(SQLiteError) in row.bool(0) } == false)
  }
}
