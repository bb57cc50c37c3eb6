import Formats
package import MissionModel

/// A step of a database's schema, as a folder of SQL files has it.
package struct Migration: Sendable, Equatable {
  /// The number that its files begin with; migrations are applied in its order.
  package let version: Int64
  /// `001_create_users`: the files' name without its endings.
  package let name: String
  /// The file that makes the change; nil where there is only the way back.
  package var up: String?
  /// The file that takes it back.
  package var down: String?

  /// Puts the names of a folder together: `001_name.sql`, or `001_name.up.sql` and `001_name.down.sql`.
  /// Files that do not end in `.sql` are none of ours.
  ///
  /// - Throws: where a name has no number, or two migrations have one.
  package static func collect(_ files: [String]) throws(StepFailure) -> [Migration] {
    var byVersion: [Int64: Migration] = [:]
    for file in files.sorted() where file.hasSuffix(".sql") {
      var name = file.dropLast(4)
      let isDown = name.hasSuffix(".down")
      if isDown { name = name.dropLast(5) } else if name.hasSuffix(".up") { name = name.dropLast(3) }
      guard let version = Int64(name.prefix { $0.isASCII && $0.isNumber }), version > 0 else {
        throw StepFailure("read \(file): its name does not begin with a number from 1, such as 001_name.sql")
      }
      var migration = byVersion[version] ?? Migration(version: version, name: String(name))
      guard migration.name == name, (isDown ? migration.down : migration.up) == nil else {
        throw StepFailure("read \(file): \(migration.name) has the version \(version) too; give one another")
      }
      if isDown { migration.down = file } else { migration.up = file }
      byVersion[version] = migration
    }
    return byVersion.values.sorted { $0.version < $1.version }
  }
}

/// A migration that the database says was applied.
package struct AppliedMigration: Sendable, Equatable {
  package let version: Int64
  package let name: String
  /// SHA-256 of the file that was run.
  package let checksum: String

  /// Names one.
  package init(version: Int64, name: String, checksum: String) {
    self.version = version
    self.name = name
    self.checksum = checksum
  }
}

/// Which migrations come next, of those that are there and those that were applied. No database, no files.
package struct MigrationPlan: Sendable, Equatable {
  /// What is to be done, in order.
  package private(set) var steps: [Migration] = []
  /// What the reader should know.
  package private(set) var warnings: [String] = []

  /// Plans the way up, to `target` or to the end.
  ///
  /// - Parameter checksums: of the files that are there now, by version.
  /// - Throws: where a file was changed after it was applied, or there is no such target.
  package static func up(
    _ known: [Migration], _ applied: [AppliedMigration], checksums: [Int64: String], target: Int64?
  ) throws(StepFailure) -> MigrationPlan {
    var plan = MigrationPlan()
    let done = Set(applied.map(\.version))
    for entry in applied {
      guard let now = checksums[entry.version] else {
        plan.warnings.append("\(entry.name) was applied, but its file is gone")
        continue
      }
      guard now == entry.checksum else {
        throw StepFailure(
          "\(entry.name) was changed after it was applied; undo the change, and make a new migration for it")
      }
    }
    if let target, !known.contains(where: { $0.version == target }) {
      throw StepFailure(.badParameters, "target: there is no migration \(target)")
    }
    let highest = applied.map(\.version).max() ?? 0
    for migration in known
    where !done.contains(migration.version) && migration.version <= target ?? Int64.max {
      guard migration.up != nil else { throw StepFailure("\(migration.name) has no file for the way up") }
      if migration.version < highest {
        plan.warnings.append("\(migration.name) comes after later ones that were applied already")
      }
      plan.steps.append(migration)
    }
    return plan
  }

  /// Plans the way down: everything after `target`, or the last one.
  ///
  /// - Throws: where there is no way down.
  package static func down(
    _ known: [Migration], _ applied: [AppliedMigration], target: Int64?
  ) throws(StepFailure) -> MigrationPlan {
    var plan = MigrationPlan()
    let order = applied.sorted { $0.version > $1.version }
    if let target, target != 0, !applied.contains(where: { $0.version == target }) {
      throw StepFailure(.badParameters, "target: migration \(target) was not applied; 0 takes all back")
    }
    let chosen = target.map { target in order.filter { $0.version > target } } ?? Array(order.prefix(1))
    for entry in chosen {
      guard let migration = known.first(where: { $0.version == entry.version }), migration.down != nil else {
        throw StepFailure("\(entry.name) cannot be taken back: there is no \(entry.name).down.sql")
      }
      plan.steps.append(migration)
    }
    return plan
  }
}
