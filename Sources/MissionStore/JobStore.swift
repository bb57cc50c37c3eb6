package import MissionModel
package import SQLite

/// The job table: the one place that knows what was asked for and what became of it.
///
/// Every function is one transaction, or pages of them; when it returns, what it did survives a power cut.
package struct JobStore: Sendable {
  let database: Database
  let queueRoom: QueueRoom
  /// Takes secrets out of what the audit trail keeps.
  let masker: @Sendable () -> Masker

  /// Brings the database to this release's schema. Refuses one of a newer release.
  ///
  /// `maxQueued` jobs may wait; `submit` refuses more. `masker` is asked for each entry of the audit trail.
  package init(
    _ database: Database, maxQueued: Int, masker: @escaping @Sendable () -> Masker = { .none }
  ) async throws(StoreError) {
    self.database = database
    self.masker = masker
    queueRoom = QueueRoom(limit: maxQueued)
    do throws(SQLiteError) { try await Migrations.migrator.migrate(database) } catch {
      throw StoreError(error, "open the job table")
    }
  }

  /// The documents that steps keep in the same database.
  package var knowledge: KnowledgeStore { KnowledgeStore(database) }

  /// The job of that id; nil if there is none.
  package func job(_ id: JobID) async throws(StoreError) -> Job? {
    try await read("read job \(id)") { tx throws(SQLiteError) in try tx.job(id)?.job }
  }

  func read<Answer: Sendable>(
    _ operation: @autoclosure () -> String,
    _ body: @escaping @Sendable (borrowing Transaction) throws(SQLiteError) -> Answer
  ) async throws(StoreError) -> Answer {
    do throws(SQLiteError) { return try await database.read(body) } catch {
      throw StoreError(error, operation())
    }
  }

  func write<Answer: Sendable>(
    _ operation: @autoclosure () -> String,
    _ body: @escaping @Sendable (borrowing Transaction) throws(SQLiteError) -> Answer
  ) async throws(StoreError) -> Answer {
    do throws(SQLiteError) { return try await database.write(body) } catch {
      throw StoreError(error, operation())
    }
  }
}

extension StoreError {
  /// Names what the table was asked for, then SQLite's own words; the statement is nobody's business.
  init(_ error: SQLiteError, _ operation: String) {
    let hint = error.hint.map { "; " + $0 } ?? ""
    self.init(
      error.mayPass || error.isCorrupt ? .unavailable : .refused,
      "\(operation): \(error.message) (\(error.code))\(hint)")
  }
}
