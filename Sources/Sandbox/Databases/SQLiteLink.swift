import Formats
import MissionModel
import SQLite

/// A database of SQLite as steps use it.
struct SQLiteLink: SQLLink {
  private let connection: GuestConnection
  private let title: String

  /// Opens a database; `roots` say which others SQL may attach.
  init(
    _ place: DatabaseQuery.Place, title: String, isReadOnly: Bool, roots: WorkspaceRoots?
  ) throws(StepFailure) {
    self.title = title
    let path = if case .file(let held) = place { held.realPath } else { ":memory:" }
    do throws(SQLiteError) {
      connection = try GuestConnection(path: path, isReadOnly: isReadOnly) { path, isWrite in
        roots?.admits(path, isWrite: isWrite) ?? false
      }
    } catch { throw SQLiteValues.failure(error, title) }
  }

  var columns: [DatabaseRows.Column] {
    connection.columns.map { DatabaseRows.Column(name: $0.name, type: $0.type) }
  }

  func begin(_ transaction: Bool, isReadOnly: Bool) throws(StepFailure) {
    if transaction { try execute("BEGIN") }
  }

  func execute(_ sql: String) throws(StepFailure) {
    try told { () throws(SQLiteError) in
      connection.stop()
      try connection.execute(sql)
    }
  }

  func start(_ sql: String, _ values: [JSON]) throws(StepFailure) {
    try told { () throws(SQLiteError) in try connection.start(sql, values.map(SQLiteValues.bound)) }
  }

  func next(_ count: Int) throws(StepFailure) -> [[JSON]] {
    let columns = columns
    return try told { () throws(SQLiteError) in
      var rows: [[JSON]] = []
      while rows.count < count, let row = try connection.next() {
        rows.append(zip(row, columns).map { SQLiteValues.shown($0, type: $1.type) })
      }
      return rows
    }
  }

  func finish() throws(StepFailure) -> DatabaseRows.Effect {
    connection.stop()
    let id = connection.lastInsertID
    return DatabaseRows.Effect(rowsAffected: connection.changes, lastInsertID: id == 0 ? nil : id)
  }

  func interrupt() { connection.interrupt() }

  private func told<Value>(_ body: () throws(SQLiteError) -> Value) throws(StepFailure) -> Value {
    do throws(SQLiteError) { return try body() } catch { throw SQLiteValues.failure(error, title) }
  }
}
