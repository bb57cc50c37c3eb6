package import Formats
package import MissionModel

/// Brings a database's schema up to date, or takes steps of it back.
package struct DBMigrateStep: StepType {
  package static let name = "db_migrate"
  package static let summary = "Apply the SQL files of a folder to a database in order, each once."
  package static let effects: Effects = [.usesDatabases, .readsFiles, .writesFiles]
  package static let example = """
    step_type: db_migrate
    parameters: { connection: "sqlite:app.db", migration_dir: migrations }
    """
  package static let outputs = [
    OutputField("applied", "list", "Names of the migrations that were applied or taken back, in order."),
    OutputField("pending", "list", "Names of those that are left to apply."),
    OutputField("version", "integer", "The highest version that is applied now; null for none."),
  ]
  package static let requirements = SQLQueryStep.requirements

  private let connection: String
  private let folder: String
  private let isDown: Bool
  private let target: Int64?
  private let isDryRun: Bool

  /// Bytes of the longest file.
  private static let mostBytes = 64 << 20

  package init(_ p: inout ParameterReader) {
    connection = p.required(
      "connection", aliases: ["database_url"], .connection,
      "sqlite:PATH, postgresql://…, mysql://…, or a name of the configuration.")
    folder = p.optional(
      "migration_dir", aliases: ["migration_path"], .readPath, default: "migrations",
      "The folder of the files: 001_name.sql, or 001_name.up.sql and 001_name.down.sql.")
    isDown =
      p.optional("direction", .choice("up", "down"), default: "up", "Apply, or take back.") == "down"
    target = p.optional(
      "target", .integer(0...Int.max),
      "The version to end at; by default the last one, and for down the one before."
    ).map(Int64.init)
    isDryRun = p.optional("dry_run", .bool, default: false, "Only say what is pending.")
    DatabaseTarget.check(connection, .sql, &p)
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let known = try await files(context)
    let target = try await DatabaseTarget(connection, .sql, access: .write, in: context)
    defer { target.release() }
    let session = try await context.databases.session(target.place, target.title)
    var work = Work(table: MigrationTable(target.place, session), title: target.title, known: known)
    if !isDryRun { try await work.table.lock() }
    work.applied = try await work.table.applied()
    let plan = try plan(work)
    for warning in plan.warnings { context.warn(warning) }
    guard !isDryRun else { return work.output(isDown ? plan.steps.map(\.name) : nil) }
    if !plan.steps.isEmpty { try await work.table.make() }
    for migration in plan.steps { try await carryOut(migration, &work, context) }
    try await work.table.unlock()
    return work.output(nil)
  }

  /// A migration with what its files say.
  private struct Script: Sendable {
    var migration: Migration
    var up: [UInt8] = []
    var down: [UInt8] = []
    var checksum: String { Hex.encode(SHA256.digest(up)) }
  }

  private struct Work {
    let table: MigrationTable
    let title: String
    let known: [Script]
    var applied: [AppliedMigration] = []
    var done: [String] = []

    var migrations: [Migration] { known.map(\.migration) }

    func output(_ pending: [String]?) -> JSON {
      let versions = Set(applied.map(\.version))
      let left = pending ?? migrations.filter { !versions.contains($0.version) }.map(\.name)
      return [
        "applied": .array(done.map(JSON.string)), "pending": .array(left.map(JSON.string)),
        "version": versions.max().map(JSON.integer) ?? .null,
      ]
    }
  }

  private func files(_ context: StepContext) async throws(StepFailure) -> [Script] {
    let entries = try await context.files.list(folder, ListOptions())
    var scripts: [Script] = []
    for migration in try Migration.collect(entries.filter { $0.status.kind != .directory }.map(\.name)) {
      var script = Script(migration: migration)
      if let up = migration.up { script.up = try await read(up, context) }
      if let down = migration.down { script.down = try await read(down, context) }
      scripts.append(script)
    }
    return scripts
  }

  private func read(_ name: String, _ context: StepContext) async throws(StepFailure) -> [UInt8] {
    let path = PathText.join(folder, name)
    let bytes = try await context.files.open(path).readAll(limit: Self.mostBytes, path: path)
    guard UTF8Validation.firstInvalidByte(in: bytes) == nil, !bytes.contains(0) else {
      throw StepFailure("read \(path): it is no text in UTF-8")
    }
    return bytes
  }

  private func plan(_ work: Work) throws(StepFailure) -> MigrationPlan {
    do throws(StepFailure) {
      if isDown { return try .down(work.migrations, work.applied, target: target) }
      let checksums = Dictionary(
        uniqueKeysWithValues: work.known.filter { $0.migration.up != nil }.map {
          ($0.migration.version, $0.checksum)
        })
      return try .up(work.migrations, work.applied, checksums: checksums, target: target)
    } catch { throw StepFailure(error.kind, "migrate \(work.title): \(error.message)") }
  }

  private func carryOut(
    _ migration: Migration, _ work: inout Work, _ context: StepContext
  ) async throws(StepFailure) {
    guard let script = work.known.first(where: { $0.migration == migration }) else { return }
    do throws(StepFailure) {
      try await work.table.begin()
      if work.table.dialect == .sqlite { work.applied = try await work.table.applied() }
      // Another migrator was quicker; only SQLite lets it in between.
      guard work.applied.contains(where: { $0.version == migration.version }) == isDown else {
        return await work.table.rollBack()
      }
      try await work.table.run(String(decoding: isDown ? script.down : script.up, as: UTF8.self))
      let entry = AppliedMigration(
        version: migration.version, name: migration.name, checksum: script.checksum)
      if isDown {
        try await work.table.remove(migration.version)
        work.applied.removeAll { $0.version == migration.version }
      } else {
        try await work.table.add(entry, at: context.now())
        work.applied.append(entry)
      }
      try await work.table.commit()
      work.done.append(migration.name)
    } catch {
      if error.kind == .cancelled { throw error }
      work.applied.removeAll { !isDown && $0.version == migration.version }
      await work.table.rollBack()
      throw failure(error, migration, work)
    }
  }

  private func failure(_ error: StepFailure, _ migration: Migration, _ work: Work) -> StepFailure {
    var message = "migrate \(work.title): \((isDown ? migration.down : migration.up) ?? ""): \(error.message)"
    message +=
      work.table.dialect == .mysql
      ? "; MySQL rolls back no changes of tables, so look which of its statements happened"
      : "; it was rolled back"
    if !work.done.isEmpty {
      message += "; before it \(work.done.joined(separator: ", ")) \(isDown ? "went" : "went in")"
    }
    return StepFailure(error.kind, message, output: work.output(nil))
  }
}
