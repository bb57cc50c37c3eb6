import Formats
package import MissionModel
import Posix
import SQLite

extension Databases {
  /// Databases of SQLite through the linked library.
  package static func live() -> Databases {
    Databases { query throws(StepFailure) in
      let connection = try await blocking(nil, query) { () throws(SQLiteError) in
        try GuestConnection(path: path(query.place), isReadOnly: query.isReadOnly)
      }
      let columns = try await blocking(connection, query) { () throws(SQLiteError) in
        if query.isTransaction { try connection.execute("BEGIN") }
        try connection.start(query.sql, query.values.map(SQLiteValues.bound))
        return connection.columns.map { DatabaseRows.Column(name: $0.name, type: $0.type) }
      }
      return DatabaseRows(columns: columns) { count throws(StepFailure) in
        try await blocking(connection, query) { () throws(SQLiteError) in
          var rows: [[JSON]] = []
          while rows.count < count, let row = try connection.next() {
            rows.append(zip(row, columns).map { SQLiteValues.shown($0, type: $1.type) })
          }
          return rows
        }
      } finish: { () throws(StepFailure) in
        try await blocking(connection, query) { () throws(SQLiteError) in
          connection.stop()
          if query.isTransaction { try connection.execute("COMMIT") }
          let id = connection.lastInsertID
          return DatabaseRows.Effect(rowsAffected: connection.changes, lastInsertID: id == 0 ? nil : id)
        }
      }
    }
  }

  private static func path(_ place: DatabaseQuery.Place) -> String {
    switch place {
    case .file(let held): held.realPath
    case .memory: ":memory:"
    }
  }

  /// Runs what blocks where it may; a cancel interrupts the connection.
  private static func blocking<Value: Sendable>(
    _ connection: GuestConnection?, _ query: DatabaseQuery,
    _ body: @escaping @Sendable () throws(SQLiteError) -> Value
  ) async throws(StepFailure) -> Value {
    guard !Task.isCancelled else { throw .cancelled }
    let result = await withTaskCancellationHandler {
      await BlockingWork.clients.run { () -> Result<Value, SQLiteError> in
        do throws(SQLiteError) { return .success(try body()) } catch { return .failure(error) }
      }
    } onCancel: {
      connection?.interrupt()
    }
    switch result {
    case .success(let value): return value
    case .failure(let error):
      if Task.isCancelled { throw .cancelled }
      throw SQLiteValues.failure(error, query)
    }
  }
}
