import MissionModel
import SQLite
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct JobRowTests {
  @Test func `a row that this program cannot have written is damage, not a crash`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    try await table.database.write { tx throws(SQLiteError) in
      try tx.execute("UPDATE jobs SET labels = 'no json'")
    }
    let error = await #expect(throws: StoreError.self) { try await table.store.job(StoreFixture.id(1)) }
    #expect(error?.kind == .unavailable)
    await table.close()
  }
}
