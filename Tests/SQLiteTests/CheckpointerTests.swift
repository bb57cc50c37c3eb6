import Glibc
import TestSupport
import Testing

@testable import SQLite

@Suite(.timeLimit(.minutes(1))) struct CheckpointerTests {
  @Test func `it copies what is asked for, says so, and ends with its mailbox`() throws {
    let directory = try TemporaryDirectory()
    let configuration = Database.Configuration(path: directory / "x.db")
    let writer = try Connection(configuration, role: .writer(createsFile: true))
    try writer.run(script: "CREATE TABLE notes (text); INSERT INTO notes VALUES (zeroblob(1000000))")
    let signals = Mailbox<Int>(capacity: 1)
    let progress = CheckpointProgress()
    _ = signals.send(writer.pagesInWAL)
    signals.close()
    var checkpointer = Checkpointer(configuration, signals: signals, progress: progress)
    checkpointer.serve()
    #expect(progress.hasCopied)
    let pages = writer.pagesInWAL
    try writer.run(script: "INSERT INTO notes VALUES (1)")
    #expect(writer.pagesInWAL < pages, "all was copied, so the log began anew")
  }

  @Test func `a reader in the way leaves the rest for later`() throws {
    let directory = try TemporaryDirectory()
    let configuration = Database.Configuration(path: directory / "x.db")
    let writer = try Connection(configuration, role: .writer(createsFile: true))
    try writer.run(script: "CREATE TABLE notes (text)")
    let reader = try Connection(configuration, role: .reader)
    try reader.run(script: "BEGIN; SELECT * FROM notes")
    try writer.run(script: "INSERT INTO notes VALUES (zeroblob(1000000))")
    guard case .left(let pages) = writer.checkpoint() else { return #expect(Bool(false)) }
    #expect(pages > 200)
    try reader.run(script: "COMMIT")
    guard case .left(0) = writer.checkpoint() else { return #expect(Bool(false)) }
  }

  @Test func `the log stays short however much is written`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await NotesDatabase.open(directory) {
      $0.walCheckpointPages = 64
      $0.walLimitPages = 256
    }
    let text = String(repeating: "x", count: 4000)
    for _ in 0..<40 {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<50 { group.addTask { _ = try? await database.add(text) } }
      }
    }
    #expect(try await database.texts().count == 2000)
    var status = stat()
    #expect(stat(directory / "notes.db-wal", &status) == 0)
    #expect(status.st_size < 4 << 20, "8 MB were written through a log of 1 MB")
    await database.close()
  }
}
