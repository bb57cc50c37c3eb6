import Formats
import MissionModel
import Sandbox
import TestSupport
import Testing

@testable import MissionSteps

/// `MigrationTable` by itself; the tests of db_migrate have one in every kind of database.
@Suite struct MigrationTableTests {
  @Test func `what is added is there until it is removed or rolled back`() async throws {
    let session = try await Databases.live().session(.memory, "m")
    let table = MigrationTable(.memory, session)
    let entry = AppliedMigration(version: 7, name: "7_a", checksum: "x")
    try await table.lock()
    #expect(try await table.applied() == [])
    try await table.make()
    try await table.make()
    try await table.begin()
    try await table.add(entry, at: Timestamp(milliseconds: 0))
    await table.rollBack()
    #expect(try await table.applied() == [])
    try await table.begin()
    try await table.add(entry, at: Timestamp(milliseconds: 0))
    try await table.commit()
    #expect(try await table.applied() == [entry])
    try await table.remove(7)
    #expect(try await table.applied() == [])
    try await table.unlock()
  }

  @Test func `dialects follow from the place`() async throws {
    let session = try await Databases.live().session(.memory, "m")
    func dialect(_ kind: DatabaseServer.Kind) -> MigrationTable.Dialect {
      MigrationTable(.server(DatabaseServer(kind, host: "h", port: 1)), session).dialect
    }
    #expect(dialect(.postgresql) == .postgresql)
    #expect(dialect(.mysql) == .mysql)
  }
}
