import MissionModel
import SQLite
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct MigrationsTests {
  private func schema(_ database: Database) async throws -> String {
    try await database.read { tx throws(SQLiteError) in
      try tx.all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name") {
        row throws(SQLiteError) in row.text(0) + ";\n"
      }.joined(separator: "\n")
    }
  }

  @Test func `the schema is what the golden file shows`() async throws {
    let table = try await StoreFixture.open()
    let golden = #filePath.replacing("MigrationsTests.swift", with: "Golden/schema.sql")
    let difference = try Diff.golden(try await schema(table.database), file: golden)
    #expect(difference == nil, "a shipped migration never changes; write the file anew with UPDATE_GOLDEN=1")
    await table.close()
  }

  @Test func `a database of any release before opens, and keeps its jobs`() async throws {
    for last in 1...Migrations.all.count {
      let directory = try TemporaryDirectory()
      let old = try await Database.open(.init(path: directory / "missiond.db"))
      try await Migrations.migrator.migrate(old, upTo: last)
      try await old.write { tx throws(SQLiteError) in
        try tx.run(
          script: """
            INSERT INTO jobs (id, name, version, state, priority, created_at, changed_at, pending, workspace,
              workspace_state)
            VALUES ('\(StoreFixture.id(1))', 'old', '1.0', 'queued', 0, 1, 1, 2, '/w', 'own');
            INSERT INTO documents VALUES (1, 'yaml', 3, CAST('old' AS BLOB))
            """)
      }
      await old.close()
      let table = try await StoreFixture.open(in: directory)
      #expect(try await table.claim().first?.document == Array("old".utf8))
      await table.close()
    }
  }

  @Test(arguments: [
    "state = 'running'", "state = 'completed', finished_at = 5", "started_at = 5", "finished_at = 5",
    "is_interrupted = 1", "state = 'odd'", "priority = 101", "pending = -1", "retried_as = 'x'",
    "state = 'cancelled', finished_at = 5", "workspace_state = 'removed'", "revision = 0", "id = 'short'",
  ])
  func `a job cannot be in a state that makes no sense`(change: String) async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    let error = await #expect(throws: SQLiteError.self) {
      try await table.database.write { tx throws(SQLiteError) in
        try tx.prepare(composed: "UPDATE jobs SET \(change)").execute()
      }
    }
    #expect(error?.isConstraint == true)
    await table.close()
  }
}
