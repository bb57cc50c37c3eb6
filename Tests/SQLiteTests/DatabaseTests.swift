import CSQLite
import Glibc
import TestSupport
import Testing

@testable import SQLite

@Suite(.timeLimit(.minutes(1))) struct DatabaseTests {
  @Test func `what a write returned is there for every reader`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    for text in ["a", "b", "c"] { try await database.add(text) }
    #expect(try await database.texts() == ["a", "b", "c"])
    await database.close()
  }

  @Test func `callers that wait together share transactions, and each gets its own answer`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    let rows = await withTaskGroup(of: Int64?.self) { group in
      for number in 0..<500 { group.addTask { try? await database.add("note \(number)") } }
      return await group.reduce(into: Set<Int64>()) { if let row = $1 { $0.insert(row) } }
    }
    #expect(rows.count == 500)
    #expect(try await database.texts().count == 500)
    await database.close()
  }

  @Test func `a closure that fails does no harm to those beside it`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask {
          do throws(SQLiteError) {
            try await database.add(number % 7 == 0 ? "" : "note \(number)")
            return true
          } catch { return !error.isConstraint }
        }
      }
      return await group.reduce(into: (kept: 0, refused: 0)) { $1 ? ($0.kept += 1) : ($0.refused += 1) }
    }
    #expect(outcomes.refused == 29)
    #expect(outcomes.kept == 171)
    #expect(try await database.texts().count == 171)
    await database.close()
  }

  @Test func `a closure that fails late leaves nothing of what it did before`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    await #expect(throws: SQLiteError.self) {
      try await database.write { tx throws(SQLiteError) in
        try tx.execute("INSERT INTO notes (text) VALUES ('kept?')")
        try tx.execute("INSERT INTO notes (text) VALUES (?1)", "")
      }
    }
    #expect(try await database.texts() == [])
    await database.close()
  }

  @Test func `an error names the statement and never a value`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    try await database.add("a", id: 1)
    let error = await #expect(throws: SQLiteError.self) { try await database.add("hush", id: 1) }
    #expect(
      error?.description
        == "INSERT INTO notes (id, text) VALUES (?1, ?2): UNIQUE constraint failed: notes.id (1555)")
    await database.close()
  }

  @Test func `a reader cannot write`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    let error = await #expect(throws: SQLiteError.self) {
      try await database.read { tx throws(SQLiteError) in try tx.execute("DELETE FROM notes") }
    }
    #expect(error?.isReadOnly == true)
    #expect(try await database.texts() == [])
    await database.close()
  }

  @Test func `a closed database refuses with words`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    await database.close()
    let error = await #expect(throws: SQLiteError.self) { try await database.add("late") }
    #expect(error?.message == "the database is closed")
  }

  @Test func `closing finishes what waits, and leaves one file`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory)
    async let first = database.add("a")
    async let second = database.add("b")
    _ = try await (first, second)
    await database.close()
    #expect(access(directory / "notes.db-wal", F_OK) != 0)
    let again = try await NotesDatabase.open(directory)
    #expect(try await Set(again.texts()) == ["a", "b"])
    await again.close()
  }

  @Test(arguments: ["/nowhere/at/all/x.db", "/proc/x.db"])
  func `a place that cannot hold a database is an error at once`(path: String) async {
    let error = await #expect(throws: SQLiteError.self) { _ = try await Database.open(.init(path: path)) }
    #expect(error?.isIO == true)
    #expect(error?.operation == "open \(path)")
  }

  @Test func `a file that is no database is refused as damaged`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory / "notes.db"
    let file = fopen(path, "w")
    fputs(String(repeating: "this is no database ", count: 100), file)
    fclose(file)
    let error = await #expect(throws: SQLiteError.self) { _ = try await Database.open(.init(path: path)) }
    #expect(error?.isCorrupt == true)
    #expect(error?.operation == "open \(path)")
  }
}
