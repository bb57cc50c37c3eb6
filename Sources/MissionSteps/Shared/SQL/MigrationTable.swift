import Formats
import MissionModel

/// The table in which a database keeps which migrations it has seen, and the lock for who may add to it.
struct MigrationTable: Sendable {
  /// How databases differ here.
  enum Dialect: Sendable { case sqlite, postgresql, mysql }

  let dialect: Dialect
  private let session: DatabaseSession

  private static let name = "missiond_migrations"

  init(_ place: DatabaseQuery.Place, _ session: DatabaseSession) {
    self.session = session
    if case .server(let server) = place {
      dialect = server.kind == .postgresql ? .postgresql : .mysql
    } else {
      dialect = .sqlite
    }
  }

  /// Waits until no other migrator works on the database. The lock goes with the connection.
  ///
  /// SQLite has no lock that outlives a transaction, so there `begin` takes one for each migration.
  func lock() async throws(StepFailure) {
    switch dialect {
    case .sqlite: return
    case .postgresql:
      _ = try await session.rows("SELECT pg_advisory_lock(hashtext('\(Self.name)'))", [])
    case .mysql:
      let rows = try await session.rows(
        "SELECT GET_LOCK(CONCAT('\(Self.name) ', SHA1(COALESCE(DATABASE(), ''))), 86400)", [])
      guard rows.first?.first == 1 else {
        throw StepFailure("another migrator holds the lock for a day now; look who it is")
      }
    }
  }

  /// Gives the lock back, for the session may live on a little.
  func unlock() async throws(StepFailure) {
    switch dialect {
    case .sqlite: return
    case .postgresql: _ = try await session.rows("SELECT pg_advisory_unlock(hashtext('\(Self.name)'))", [])
    case .mysql:
      _ = try await session.rows(
        "SELECT RELEASE_LOCK(CONCAT('\(Self.name) ', SHA1(COALESCE(DATABASE(), ''))))", [])
    }
  }

  /// What was applied, by version; nothing where there is no table yet.
  func applied() async throws(StepFailure) -> [AppliedMigration] {
    let exists =
      switch dialect {
      case .sqlite: "SELECT count(*) FROM sqlite_schema WHERE name = '\(Self.name)'"
      case .postgresql: "SELECT count(to_regclass('\(Self.name)'))"
      case .mysql:
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() "
          + "AND table_name = '\(Self.name)'"
      }
    guard try await session.rows(exists, []).first?.first?.integerValue ?? 0 > 0 else { return [] }
    let rows = try await session.rows(
      "SELECT version, name, checksum FROM \(Self.name) ORDER BY version", [])
    return rows.compactMap { row in
      guard row.count == 3, let version = row[0].integerValue, let name = row[1].stringValue,
        let checksum = row[2].stringValue
      else { return nil }
      return AppliedMigration(version: version, name: name, checksum: checksum)
    }
  }

  /// Makes the table where it is not there.
  func make() async throws(StepFailure) {
    try await session.execute(
      """
      CREATE TABLE IF NOT EXISTS \(Self.name) (
        version BIGINT NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL, checksum VARCHAR(64) NOT NULL,
        applied_at VARCHAR(32) NOT NULL)
      """)
  }

  /// Begins a migration's transaction; in SQLite nobody else writes until it ends.
  func begin() async throws(StepFailure) {
    try await session.execute(
      dialect == .sqlite ? "BEGIN IMMEDIATE" : dialect == .mysql ? "START TRANSACTION" : "BEGIN")
  }

  /// Runs the SQL of a migration.
  func run(_ script: String) async throws(StepFailure) { try await session.execute(script) }

  /// Makes a migration last.
  func commit() async throws(StepFailure) { try await session.execute("COMMIT") }

  /// Takes back what a migration did so far.
  func rollBack() async {
    // Where even this fails the connection is gone, and the server rolls back by itself.
    do throws(StepFailure) { try await session.execute("ROLLBACK") } catch {}
  }

  /// Writes down that a migration was applied.
  func add(_ entry: AppliedMigration, at now: Timestamp) async throws(StepFailure) {
    let places = dialect == .postgresql ? "$1, $2, $3, $4" : "?, ?, ?, ?"
    _ = try await session.rows(
      "INSERT INTO \(Self.name) (version, name, checksum, applied_at) VALUES (\(places))",
      [.integer(entry.version), .string(entry.name), .string(entry.checksum), .string("\(now)")])
  }

  /// Writes down that a migration was taken back.
  func remove(_ version: Int64) async throws(StepFailure) {
    _ = try await session.rows(
      "DELETE FROM \(Self.name) WHERE version = \(dialect == .postgresql ? "$1" : "?")", [.integer(version)])
  }
}
