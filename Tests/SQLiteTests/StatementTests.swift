import TestSupport
import Testing

@testable import SQLite

@Suite(.timeLimit(.minutes(1))) struct StatementTests {
  private func open(_ directory: TemporaryDirectory) async throws -> Database {
    try await Database.open(.init(path: directory / "values.db"))
  }

  @Test(
    arguments: [
      .null, .integer(.min), .integer(.max), .real(0.1), .text(""), .text("ü\u{0}🙂"), .bytes([]),
      .bytes([0, 255, 0]),
    ] as [SQLValue])
  func `a value comes back as it went in`(value: SQLValue) async throws {
    let directory = try TemporaryDirectory()
    let database = try await open(directory)
    let back = try await database.write { tx throws(SQLiteError) -> SQLValue? in
      try tx.first("SELECT ?1, typeof(?1)", value) { row throws(SQLiteError) in
        switch row.text(1) {
        case "integer": .integer(row.int64(0))
        case "real": .real(row.double(0))
        case "text": .text(row.text(0))
        case "blob": .bytes(row.bytes(0))
        default: row.isNull(0) ? .null : nil
        }
      }
    }
    #expect(back == value)
    await database.close()
  }

  @Test func `a statement may be used again while an earlier use of it is being read`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await open(directory)
    let pairs = try await database.write { tx throws(SQLiteError) -> [Int] in
      try tx.run(script: "CREATE TABLE n (x INTEGER); INSERT INTO n VALUES (1), (2), (3)")
      var pairs: [Int] = []
      try tx.scan("SELECT x FROM n ORDER BY x") { left throws(SQLiteError) in
        try tx.scan("SELECT x FROM n ORDER BY x") { right throws(SQLiteError) in
          pairs.append(left.int(0) * 10 + right.int(0))
          return true
        }
        return true
      }
      return pairs
    }
    #expect(pairs == [11, 12, 13, 21, 22, 23, 31, 32, 33])
    await database.close()
  }

  @Test func `a wrong number of values is a programmer error`() async {
    await #expect(processExitsWith: .failure) {
      let directory = try TemporaryDirectory()
      let database = try await Database.open(.init(path: directory / "values.db"))
      try await database.write { tx throws(SQLiteError) in try tx.execute("SELECT ?1, ?2", 1) }
    }
  }
}
