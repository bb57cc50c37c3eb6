import MissionModel
import MissionSteps
import Testing

/// `Migration.collect` and the decisions of `MigrationPlan`.
@Suite struct MigrationTests {
  private static func known(_ files: String...) throws -> [Migration] { try Migration.collect(files) }
  private static func done(_ version: Int64, _ checksum: String = "x") -> AppliedMigration {
    AppliedMigration(version: version, name: "m\(version)", checksum: checksum)
  }

  @Test func `files are put together by their numbers`() throws {
    let found = try Self.known("010_c.sql", "2_b.down.sql", "2_b.up.sql", "001_a.sql", "README.md")
    #expect(found.map(\.name) == ["001_a", "2_b", "010_c"])
    #expect(found.map(\.up) == ["001_a.sql", "2_b.up.sql", "010_c.sql"])
    #expect(found.map(\.down) == [nil, "2_b.down.sql", nil])
  }

  @Test(arguments: [
    (["a.sql"], "read a.sql: its name does not begin with a number from 1, such as 001_name.sql"),
    (["1_a.sql", "01_b.sql"], "read 1_a.sql: 01_b has the version 1 too; give one another"),
    (["1_a.sql", "1_a.up.sql"], "read 1_a.up.sql: 1_a has the version 1 too; give one another"),
  ])
  func `names that are not clear are told`(files: [String], message: String) {
    #expect(throws: StepFailure(message)) { try Migration.collect(files) }
  }

  @Test func `the way up ends at its target, and skips what was applied`() throws {
    let known = try Self.known("1_a.sql", "2_b.sql", "3_c.sql")
    let sums: [Int64: String] = [1: "x", 2: "x", 3: "x"]
    func steps(_ applied: [AppliedMigration], _ target: Int64?) throws -> [Int64] {
      try MigrationPlan.up(known, applied, checksums: sums, target: target).steps.map(\.version)
    }
    #expect(try steps([], nil) == [1, 2, 3])
    #expect(try steps([Self.done(1)], 2) == [2])
    #expect(try steps([Self.done(1), Self.done(3)], nil) == [2])
    #expect(
      try MigrationPlan.up(known, [Self.done(3), Self.done(9)], checksums: sums, target: 1).warnings == [
        "m9 was applied, but its file is gone", "1_a comes after later ones that were applied already",
      ])
    #expect(throws: StepFailure(.badParameters, "target: there is no migration 7")) { try steps([], 7) }
    #expect(
      throws: StepFailure(
        "m1 was changed after it was applied; undo the change, and make a new migration for it")
    ) { try steps([Self.done(1, "y")], nil) }
  }

  @Test func `the way down takes back the last one, or all after the target`() throws {
    let known = try Self.known("1_a.sql", "2_b.up.sql", "2_b.down.sql", "3_c.sql", "3_c.down.sql")
    let applied = [Self.done(1), Self.done(2), Self.done(3)]
    #expect(try MigrationPlan.down(known, applied, target: nil).steps.map(\.version) == [3])
    #expect(try MigrationPlan.down(known, applied, target: 1).steps.map(\.version) == [3, 2])
    #expect(try MigrationPlan.down(known, [], target: nil).steps.isEmpty)
    #expect(throws: StepFailure("m1 cannot be taken back: there is no m1.down.sql")) {
      try MigrationPlan.down(known, applied, target: 0)
    }
    #expect(
      throws: StepFailure(.badParameters, "target: migration 7 was not applied; 0 takes all back")
    ) { try MigrationPlan.down(known, applied, target: 7) }
  }
}
