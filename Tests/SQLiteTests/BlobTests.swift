import TestSupport
import Testing

@testable import SQLite

@Suite struct BlobTests {
  @Test func `a big value is written and read in place`() throws {
    let directory = try TemporaryDirectory()
    let connection = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: true))
    let tx = Transaction(connection: connection)
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try tx.run(script: "CREATE TABLE bodies (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    try tx.execute("INSERT INTO bodies (bytes) VALUES (zeroblob(?1))", .integer(Int64(body.count)))
    let row = tx.lastInsertedRowID
    let blob = try tx.blob(table: "bodies", column: "bytes", row: row, writable: true)
    try body[..<1_000_000].withUnsafeBytes { try blob.write($0, at: 0) }
    try body[1_000_000...].withUnsafeBytes { try blob.write($0, at: 1_000_000) }
    var back = [UInt8](repeating: 0, count: blob.count)
    try back.withUnsafeMutableBytes { try blob.read(into: $0, at: 0) }
    #expect(back == body)
    #expect(try blob.readAll() == body)
  }

  @Test func `a row that is not there is an error`() throws {
    let directory = try TemporaryDirectory()
    let connection = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: true))
    let tx = Transaction(connection: connection)
    try tx.run(script: "CREATE TABLE bodies (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    let error = #expect(throws: SQLiteError.self) {
      _ = try tx.blob(table: "bodies", column: "bytes", row: 7, writable: false)
    }
    #expect(error?.description == "open bodies.bytes: no such rowid: 7 (1)")
  }

  @Test func `writing past the end is a programmer error`() async {
    await #expect(processExitsWith: .failure) {
      let directory = try TemporaryDirectory()
      let connection = try Connection(.init(path: directory / "x.db"), role: .writer(createsFile: true))
      let tx = Transaction(connection: connection)
      try tx.run(
        script: "CREATE TABLE b (id INTEGER PRIMARY KEY, bytes BLOB); INSERT INTO b VALUES (1, x'00')")
      let blob = try tx.blob(table: "b", column: "bytes", row: 1, writable: true)
      try [UInt8](repeating: 0, count: 2).withUnsafeBytes { try blob.write($0, at: 0) }
    }
  }
}
