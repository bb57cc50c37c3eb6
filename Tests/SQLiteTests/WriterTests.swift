import CSQLite
import TestSupport
import Testing

@testable import SQLite

/// What happens when the disk fails at the Nth write, sync, truncation or deletion.
@Suite(.timeLimit(.minutes(2))) struct WriterTests {
  private static func open(
    _ directory: TemporaryDirectory, _ vfs: FaultyVFS? = nil
  ) async throws -> Database {
    try await NotesDatabase.open(directory, vfs: vfs) {
      $0.walCheckpointPages = 4
      $0.walLimitPages = 16
    }
  }

  private static let codes: [Int32] = [FaultyVFS.writeError, SQLITE_FULL, FaultyVFS.syncError]

  @Test(arguments: codes)
  func `whatever call fails once, what was acknowledged stays and service goes on`(code: Int32) async throws {
    let directory = try TemporaryDirectory()
    try await Self.open(directory).close()
    let disk = FaultyVFS()
    var acknowledged: Set<String> = []
    var number = 0
    var sawEveryCallWork = false
    while !sawEveryCallWork {
      number += 1
      let database = try await Self.open(directory, disk)
      disk.fail(.once(at: number, code: code))
      for step in 0..<8 {
        let text = "\(number)/\(step)"
        do throws(SQLiteError) {
          try await database.add(text)
          acknowledged.insert(text)
        } catch { #expect(error.mayPass, "\(error)") }
      }
      sawEveryCallWork = disk.calls < number
      disk.fail(.none)
      try await database.add("after \(number)")  // the same database, without a restart
      acknowledged.insert("after \(number)")
      await database.close()
    }
    #expect(number > 10)
    let database = try await Self.open(directory)
    let texts = try await database.texts()
    #expect(acknowledged.isSubset(of: texts))
    #expect(Set(texts).count == texts.count, "nothing was written twice")
    await database.close()
  }

  @Test(arguments: codes)
  func `a disk that fails for good fails every write clearly, until it works again`(code: Int32) async throws
  {
    let directory = try TemporaryDirectory()
    try await Self.open(directory).close()
    let disk = FaultyVFS()
    let database = try await Self.open(directory, disk)
    try await database.add("before")
    disk.fail(.from(1, code: code))
    for _ in 0..<3 {
      let error = await #expect(throws: SQLiteError.self) { try await database.add("lost") }
      #expect(error?.primaryCode == code & 0xff)
    }
    #expect(try await database.texts() == ["before"], "readers go on")
    disk.fail(.none)
    try await database.add("after")
    #expect(try await database.texts() == ["before", "after"])
    await database.close()
  }

  @Test func `a process that ends at any call leaves what was acknowledged and nothing by halves`()
    async throws
  {
    for number in 1...40 {
      let directory = try TemporaryDirectory()
      try await Self.open(directory).close()
      let disk = FaultyVFS()
      let dying = try await Self.open(directory, disk)
      disk.fail(.from(number, code: FaultyVFS.writeError))
      var acknowledged: [Int] = []
      for pair in 0..<8 {
        do throws(SQLiteError) {
          try await dying.write { tx throws(SQLiteError) in
            try tx.execute("INSERT INTO notes (text) VALUES (?1)", .text("\(pair) left"))
            try tx.execute("INSERT INTO notes (text) VALUES (?1)", .text("\(pair) right"))
          }
          acknowledged.append(pair)
        } catch { break }
      }
      await dying.close()
      let survivor = try await Self.open(directory)
      let texts = Set(try await survivor.texts())
      for pair in 0..<8 {
        #expect(texts.contains("\(pair) left") == texts.contains("\(pair) right"))
        if acknowledged.contains(pair) { #expect(texts.contains("\(pair) left")) }
      }
      await survivor.close()
    }
  }

  @Test func `a database locked by another process is busy, and serves again when it is free`() async throws {
    let directory = try TemporaryDirectory()
    try await Self.open(directory).close()
    var configuration = Database.Configuration(path: directory / "notes.db")
    configuration.busyTimeout = .zero
    let database = try await Database.open(configuration)
    var other: OpaquePointer?
    sqlite3_open(configuration.path, &other)
    sqlite3_exec(other, "BEGIN IMMEDIATE", nil, nil, nil)
    let error = await #expect(throws: SQLiteError.self) { try await database.add("now") }
    #expect(error?.isBusy == true)
    #expect(
      error?.description
        == "BEGIN IMMEDIATE: database is locked (5); another process holds the database: end its transaction")
    sqlite3_exec(other, "COMMIT", nil, nil, nil)
    sqlite3_close(other)
    try await database.add("later")
    #expect(try await database.texts() == ["later"])
    await database.close()
  }
}
