import CSQLite

/// A prepared statement in use; it goes back to its connection's cache, reset, when it goes out of scope.
package struct Statement: ~Copyable {
  private let prepared: PreparedStatement

  init(_ prepared: PreparedStatement) {
    precondition(!prepared.isInUse, "a prepared statement was lent twice")
    self.prepared = prepared
    prepared.isInUse = true
  }

  deinit {
    prepared.reset()
    prepared.isInUse = false
  }

  /// Runs to the end and drops any rows.
  package func execute(_ values: SQLValue...) throws(SQLiteError) { try execute(values) }

  /// Runs to the end and drops any rows.
  package func execute(_ values: [SQLValue]) throws(SQLiteError) {
    try prepared.bind(values)
    defer { prepared.reset() }
    while try prepared.step() {}
  }

  /// Calls `body` with each row until it answers false.
  package func scan(
    _ values: [SQLValue], _ body: (borrowing Row) throws(SQLiteError) -> Bool
  ) throws(SQLiteError) {
    try prepared.bind(values)
    defer { prepared.reset() }
    while try prepared.step() {
      let row = Row(handle: prepared.handle)
      guard try body(row) else { return }
    }
  }
}

/// The C handle of a compiled statement; the cache of a connection owns it.
final class PreparedStatement {
  let handle: OpaquePointer
  var isInUse = false

  init(database: OpaquePointer, sql: UnsafePointer<CChar>, count: Int32, isKept: Bool) throws(SQLiteError) {
    var handle: OpaquePointer?
    let flags = UInt32(isKept ? SQLITE_PREPARE_PERSISTENT : 0)
    let code = sqlite3_prepare_v3(database, sql, count, flags, &handle, nil)
    guard code == SQLITE_OK, let handle else {
      throw SQLiteError(
        code: sqlite3_extended_errcode(database), message: String(cString: sqlite3_errmsg(database)),
        operation: String(cString: sql))
    }
    self.handle = handle
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ values: [SQLValue]) throws(SQLiteError) {
    let expected = sqlite3_bind_parameter_count(handle)
    precondition(
      values.count == Int(expected), "\(sql) takes \(expected) values, not \(values.count)")
    for (offset, value) in values.enumerated() {
      let index = Int32(offset + 1)
      let code =
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let number): sqlite3_bind_int64(handle, index, number)
        case .real(let number): sqlite3_bind_double(handle, index, number)
        case .bytes(let bytes):
          bytes.withUnsafeBytes { csqlite_bind_bytes(handle, index, $0.baseAddress, UInt64($0.count)) }
        case .text(var text):
          text.withUTF8 { csqlite_bind_text(handle, index, $0.baseAddress, UInt64($0.count)) }
        }
      guard code == SQLITE_OK else { throw error() }
    }
  }

  /// Goes to the next row; false when there is none.
  func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw error()
    }
  }

  /// Ends the statement, whose own error `step` has thrown already, and lets go of its values.
  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  private var sql: String { sqlite3_sql(handle).map { String(cString: $0) } ?? "" }

  private func error() -> SQLiteError {
    let database = sqlite3_db_handle(handle)
    return SQLiteError(
      code: sqlite3_extended_errcode(database), message: String(cString: sqlite3_errmsg(database)),
      operation: sql)
  }
}
