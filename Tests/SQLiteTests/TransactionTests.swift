import TestSupport
import Testing

@testable import SQLite

@Suite struct TransactionTests {
  private func notes(_ directory: TemporaryDirectory) throws -> Connection {
    let connection = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: true))
    try connection.run(script: "CREATE TABLE n (x INTEGER); INSERT INTO n VALUES (1), (2), (3)")
    return connection
  }

  @Test func `answers come as all, as the first or until enough`() throws {
    let directory = try TemporaryDirectory()
    let tx = Transaction(connection: try notes(directory))
    let all = try tx.all("SELECT x FROM n ORDER BY x") { row throws(SQLiteError) in row.int(0) }
    let first = try tx.first("SELECT x FROM n ORDER BY x DESC") { row throws(SQLiteError) in row.int(0) }
    let none = try tx.first("SELECT x FROM n WHERE x = ?1", 9) { row throws(SQLiteError) in row.int(0) }
    var seen: [Int] = []
    try tx.scan("SELECT x FROM n ORDER BY x") { row throws(SQLiteError) in
      seen.append(row.int(0))
      return seen.count < 2
    }
    #expect(all == [1, 2, 3])
    #expect(first == 3)
    #expect(none == nil)
    #expect(seen == [1, 2])
  }

  @Test func `it knows what the last statement changed`() throws {
    let directory = try TemporaryDirectory()
    let tx = Transaction(connection: try notes(directory))
    try tx.execute("UPDATE n SET x = x + 10 WHERE x > ?1", 1)
    #expect(tx.changes == 2)
    try tx.execute("INSERT INTO n VALUES (4)")
    #expect(tx.lastInsertedRowID == 4)
  }

  @Test func `a prepared statement runs many times, also one put together at run time`() throws {
    let directory = try TemporaryDirectory()
    let tx = Transaction(connection: try notes(directory))
    let insert = try tx.prepare("INSERT INTO n VALUES (?1)")
    for number in 4...6 { try insert.execute(.integer(Int64(number))) }
    let order = ["ASC", "DESC"][1]
    var largest = 0
    try tx.prepare(composed: "SELECT x FROM n ORDER BY x \(order) LIMIT ?1").scan([1]) {
      row throws(SQLiteError) in
      largest = row.int(0)
      return true
    }
    #expect(largest == 6)
  }
}
