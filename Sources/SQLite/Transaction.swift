import CSQLite

/// What a closure given to `Database.write` or `Database.read` works with; it ends with the closure.
package struct Transaction: ~Copyable {
  let connection: Connection

  /// Runs a statement to its end.
  package func execute(_ sql: StaticString, _ values: SQLValue...) throws(SQLiteError) {
    try connection.statement(sql).execute(values)
  }

  /// Makes a value of every row.
  package func all<Element>(
    _ sql: StaticString, _ values: SQLValue...,
    element: (borrowing Row) throws(SQLiteError) -> Element
  ) throws(SQLiteError) -> [Element] {
    var elements: [Element] = []
    try connection.statement(sql).scan(values) { row throws(SQLiteError) in
      elements.append(try element(row))
      return true
    }
    return elements
  }

  /// Makes a value of the first row; nil when there is none.
  package func first<Element>(
    _ sql: StaticString, _ values: SQLValue...,
    element: (borrowing Row) throws(SQLiteError) -> Element
  ) throws(SQLiteError) -> Element? {
    var found: Element?
    try connection.statement(sql).scan(values) { row throws(SQLiteError) in
      found = try element(row)
      return false
    }
    return found
  }

  /// Calls `body` with each row until it answers false.
  package func scan(
    _ sql: StaticString, _ values: SQLValue...,
    while body: (borrowing Row) throws(SQLiteError) -> Bool
  ) throws(SQLiteError) {
    try connection.statement(sql).scan(values, body)
  }

  /// Borrows a compiled statement, for one that runs many times in this transaction.
  package func prepare(_ sql: StaticString) throws(SQLiteError) -> Statement {
    try connection.statement(sql)
  }

  /// Compiles SQL that is put together from literals at run time. Values still go in as parameters.
  package func prepare(composed sql: String) throws(SQLiteError) -> Statement {
    try connection.statement(composed: sql)
  }

  /// Runs several statements in one text, such as a migration.
  package func run(script: String) throws(SQLiteError) { try connection.run(script: script) }

  /// Opens one value of a rowid table for reading or writing in place. Its size stays as it is.
  package func blob(
    table: String, column: String, row: Int64, writable: Bool
  ) throws(SQLiteError) -> Blob {
    try Blob(connection, table: table, column: column, row: row, writable: writable)
  }

  /// The rowid of the last row that was inserted.
  package var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(connection.handle) }

  /// How many rows the last statement inserted, changed or deleted.
  package var changes: Int { Int(sqlite3_changes64(connection.handle)) }
}
