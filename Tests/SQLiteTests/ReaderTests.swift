import TestSupport
import Testing

@testable import SQLite

@Suite(.timeLimit(.minutes(1))) struct ReaderTests {
  @Test func `a read sees one moment, whatever is written meanwhile`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    try await database.add("first")
    let (isReading, mayGoOn) = (Mailbox<Int>(capacity: 1), Mailbox<Int>(capacity: 1))
    async let counts = database.read { tx throws(SQLiteError) -> [Int] in
      var counts: [Int] = []
      for _ in 0..<2 {
        counts.append(
          try tx.first("SELECT count(*) FROM notes") { row throws(SQLiteError) in row.int(0) } ?? -1)
        _ = isReading.send(1)
        _ = mayGoOn.take(upTo: 1)
      }
      return counts
    }
    let watcher = ThreadGroup()
    try watcher.start(name: "watcher") { _ = isReading.take(upTo: 1) }
    await watcher.ended()
    try await database.add("second")
    mayGoOn.close()
    #expect(try await counts == [1, 1])
    #expect(try await database.texts() == ["first", "second"])
    await database.close()
  }

  @Test func `an idle reader lets its connection go and opens another when work comes`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory) { $0.idleTime = .milliseconds(1) }
    for number in 0..<20 {
      try await database.add("\(number)")
      #expect(try await database.texts().count == number + 1)
    }
    await database.close()
  }

  @Test func `a read that fails leaves the reader fit for the next`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    let error = await #expect(throws: SQLiteError.self) {
      try await database.read { tx throws(SQLiteError) in try tx.execute("SELECT * FROM missing") }
    }
    #expect(error?.description == "SELECT * FROM missing: no such table: missing (1)")
    #expect(try await database.texts() == [])
    await database.close()
  }
}
