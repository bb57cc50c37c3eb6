import CSQLite
import Glibc
import Posix

/// A connection to a database that is not ours, for SQL that somebody else wrote.
///
/// An authorizer keeps the SQL inside the one file and those that `mayAttach` admits: no other is attached or
/// written, and no extension is loaded. Calls block and come one after the other; `interrupt` alone may come
/// from another thread.
// One caller at a time uses the handle; sqlite3_interrupt may be called from any thread while the connection
// is open, which holding this object ensures: hence unchecked.
package final class GuestConnection: @unchecked Sendable {
  private let handle: OpaquePointer
  private let isInterrupted = Lock(false)
  private let isReadOnly: Bool
  private let mayAttach: (_ path: [UInt8], _ isWrite: Bool) -> Bool
  /// While a statement runs, none of the caller's is being prepared.
  private var isStepping = false
  private var statement: OpaquePointer?
  private var hasRow = false

  /// How often the lock of another process is tried for, 20 ms apart: a minute, in which another one that
  /// migrates the same file on a slow disk has come to its end. Who has less time interrupts the connection.
  private static let mostTries: Int32 = 3_000

  /// Opens a file whose path holds no symbolic link, or `:memory:`; makes it unless `isReadOnly`.
  ///
  /// - Parameter mayAttach: whether ATTACH and VACUUM INTO may use an absolute path as it is written; one
  ///   that holds a symbolic link is not opened.
  package init(
    path: String, isReadOnly: Bool,
    mayAttach: @escaping (_ path: [UInt8], _ isWrite: Bool) -> Bool = { _, _ in false }
  ) throws(SQLiteError) {
    self.isReadOnly = isReadOnly
    self.mayAttach = mayAttach
    let access = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(
      path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW, nil)
    guard code == SQLITE_OK, let handle else {
      let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      throw SQLiteError(code: code, message: message, operation: "open \(path)")
    }
    self.handle = handle
    csqlite_be_defensive(handle)
    sqlite3_set_authorizer(
      handle,
      { me, action, first, second, _, _ in
        guard let me else { return SQLITE_DENY }
        let connection = Unmanaged<GuestConnection>.fromOpaque(me).takeUnretainedValue()
        return GuestRule.judge(action, first, second, connection.admits)
      }, Unmanaged.passUnretained(self).toOpaque())
    sqlite3_busy_handler(
      handle,
      { me, tries in
        guard let me, tries < GuestConnection.mostTries else { return 0 }
        let connection = Unmanaged<GuestConnection>.fromOpaque(me).takeUnretainedValue()
        if connection.isInterrupted.withLock({ $0 }) { return 0 }
        usleep(20_000)
        return 1
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    sqlite3_finalize(statement)
    // An open transaction is rolled back.
    sqlite3_close_v2(handle)
  }

  /// Ends what runs, and whatever runs after it, with `SQLITE_INTERRUPT`.
  package func interrupt() {
    isInterrupted.withLock { $0 = true }
    sqlite3_interrupt(handle)
  }

  /// Runs SQL without values and without rows, such as `BEGIN`.
  package func execute(_ sql: String) throws(SQLiteError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(sql) }
  }

  /// Runs all statements of `sql` but the last to their ends, and the last one to its first row.
  ///
  /// - Throws: `SQLITE_RANGE` where the number of values is not the one that the only statement takes.
  package func start(_ sql: String, _ values: [SQLValue]) throws(SQLiteError) {
    var rest = Array(sql.utf8)
    var isFirst = true
    while true {
      let (next, used) = try prepare(rest)
      rest.removeFirst(used)
      let isLast = Self.isBlank(rest)
      guard let next else {
        if isLast { return }
        continue
      }
      sqlite3_finalize(statement)
      statement = next
      guard isFirst && isLast || values.isEmpty else {
        throw SQLiteError(
          code: SQLITE_RANGE, message: "values go with one statement only", operation: "bind the parameters")
      }
      try bind(values, to: next)
      isFirst = false
      hasRow = try step(next)
      if isLast { return }
      while hasRow { hasRow = try step(next) }
    }
  }

  /// The columns of the last statement: name and declared type, empty for an expression.
  package var columns: [(name: String, type: String)] {
    guard let statement else { return [] }
    return (0..<sqlite3_column_count(statement)).map { column in
      (
        name: sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "",
        type: sqlite3_column_decltype(statement, column).map { String(cString: $0) } ?? ""
      )
    }
  }

  /// The next row of the last statement; nil after the last one.
  package func next() throws(SQLiteError) -> [SQLValue]? {
    guard hasRow, let statement else { return nil }
    let row = (0..<sqlite3_column_count(statement)).map { value(statement, $0) }
    hasRow = try step(statement)
    return row
  }

  /// Ends the last statement before its last row.
  package func stop() {
    sqlite3_finalize(statement)
    statement = nil
    hasRow = false
  }

  /// Rows changed since the connection was opened.
  package var changes: Int64 { sqlite3_total_changes64(handle) }
  /// The rowid of the last row that this connection inserted; 0 where it inserted none.
  package var lastInsertID: Int64 { sqlite3_last_insert_rowid(handle) }

  /// Whether another file may be opened. What VACUUM INTO attaches while it runs is written in any case.
  private func admits(_ file: String) -> Bool {
    mayAttach(Array(file.utf8), !isReadOnly || isStepping)
  }

  private func prepare(_ sql: [UInt8]) throws(SQLiteError) -> (statement: OpaquePointer?, used: Int) {
    var prepared: OpaquePointer?
    var used = sql.count
    let code = sql.withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        var tail: UnsafePointer<CChar>?
        let code = sqlite3_prepare_v3(handle, text.baseAddress, Int32(text.count), 0, &prepared, &tail)
        if let tail, let start = text.baseAddress { used = tail - start }
        return code
      }
    }
    guard code == SQLITE_OK else { throw error("query") }
    return (prepared, used)
  }

  private func bind(_ values: [SQLValue], to statement: OpaquePointer) throws(SQLiteError) {
    let wanted = sqlite3_bind_parameter_count(statement)
    var highest = 0
    for index in 0..<wanted {
      let name = sqlite3_bind_parameter_name(statement, index + 1).map { String(cString: $0) } ?? ""
      // `$2` is a name to SQLite, and the second value to everybody else.
      let place =
        name.first == "$" || name.first == "?" ? Int(name.dropFirst()) ?? Int(index) + 1 : Int(index) + 1
      highest = max(highest, place)
      guard place >= 1, place <= values.count else { continue }
      guard GuestRule.bind(values[place - 1], at: index + 1, of: statement) == SQLITE_OK else {
        throw error("bind the parameters")
      }
    }
    guard highest == values.count else {
      throw SQLiteError(
        code: SQLITE_RANGE, message: "the query takes \(highest) values, not \(values.count)",
        operation: "bind the parameters")
    }
  }

  private func step(_ statement: OpaquePointer) throws(SQLiteError) -> Bool {
    guard !isInterrupted.withLock({ $0 }) else {
      throw SQLiteError(code: SQLITE_INTERRUPT, message: "interrupted", operation: "query")
    }
    isStepping = true
    defer { isStepping = false }
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw error("query")
    }
  }

  private func value(_ statement: OpaquePointer, _ column: Int32) -> SQLValue {
    let row = Row(handle: statement)
    return switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: .integer(row.int64(column))
    case SQLITE_FLOAT: .real(row.double(column))
    case SQLITE_TEXT: .text(row.text(column))
    case SQLITE_BLOB: .bytes(row.bytes(column))
    default: .null
    }
  }

  private func error(_ operation: String) -> SQLiteError {
    SQLiteError(
      code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
      operation: operation)
  }

  private static func isBlank(_ text: [UInt8]) -> Bool {
    text.allSatisfy { $0 == 32 || $0 == 59 || (9...13).contains($0) }
  }
}

/// What foreign SQL may do, and how its values are bound.
private enum GuestRule {
  /// SQLITE_OK, or SQLITE_DENY for what would reach another file: sqlite3_set_authorizer().
  static func judge(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    _ admits: (String) -> Bool
  ) -> Int32 {
    switch action {
    case SQLITE_ATTACH:
      // VACUUM attaches a nameless file, VACUUM INTO a named one; an expression has no name here.
      guard let name = first.map({ String(cString: $0) }) else { return SQLITE_DENY }
      return name == "" || name == ":memory:" || admits(name) ? SQLITE_OK : SQLITE_DENY
    case SQLITE_FUNCTION:
      return second.map { String(cString: $0).lowercased() } == "load_extension" ? SQLITE_DENY : SQLITE_OK
    case SQLITE_PRAGMA:
      let name = first.map { String(cString: $0).lowercased() } ?? ""
      return name.hasSuffix("store_directory") ? SQLITE_DENY : SQLITE_OK
    default: return SQLITE_OK
    }
  }

  static func bind(_ value: SQLValue, at index: Int32, of statement: OpaquePointer) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(statement, index)
    case .integer(let number): return sqlite3_bind_int64(statement, index, number)
    case .real(let number): return sqlite3_bind_double(statement, index, number)
    case .bytes(let bytes):
      return bytes.withUnsafeBytes { csqlite_bind_bytes(statement, index, $0.baseAddress, UInt64($0.count)) }
    case .text(var text):
      return text.withUTF8 { csqlite_bind_text(statement, index, $0.baseAddress, UInt64($0.count)) }
    }
  }
}
