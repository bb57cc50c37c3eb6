import CSQLite
import Glibc

/// Copies a database while others use it, and checks the copy: the backup interface of SQLite.
package enum OnlineBackup {
  /// Pages that are copied before others get their turn.
  private static let piecePages: Int32 = 1024
  /// How often a database that is locked is tried, 20 ms apart: 10 seconds.
  private static let mostTries = 500

  /// Copies `source` to the new file `destination`, which has no write-ahead log, and checks it.
  ///
  /// - Parameter isCancelled: asked between pieces.
  /// - Throws: `SQLITE_INTERRUPT` for a cancel, `SQLITE_CORRUPT` for a copy that is not whole.
  package static func copy(
    from source: String, to destination: String, isCancelled: @Sendable () -> Bool
  ) throws(SQLiteError) {
    let original = try open(source, SQLITE_OPEN_READONLY)
    defer { sqlite3_close_v2(original) }
    let copy = try open(destination, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    defer { sqlite3_close_v2(copy) }
    guard let backup = sqlite3_backup_init(copy, "main", original, "main") else {
      throw error(copy, "back up")
    }
    var tries = 0
    var code = SQLITE_OK
    repeat {
      code = isCancelled() ? SQLITE_INTERRUPT : sqlite3_backup_step(backup, piecePages)
      if code == SQLITE_BUSY || code == SQLITE_LOCKED {
        tries += 1
        guard tries < mostTries else { break }
        usleep(20_000)
        code = SQLITE_OK
      }
    } while code == SQLITE_OK
    let last = sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE, last == SQLITE_OK else {
      let reason = code == SQLITE_DONE ? last : code
      throw SQLiteError(
        code: reason, message: String(cString: sqlite3_errstr(reason)), operation: "back up \(source)")
    }
    _ = try text(copy, "PRAGMA journal_mode = DELETE")
    let verdict = try text(copy, "PRAGMA integrity_check(10)")
    guard verdict == "ok" else {
      throw SQLiteError(code: SQLITE_CORRUPT, message: verdict, operation: "check the copy of \(source)")
    }
  }

  private static func open(_ path: String, _ access: Int32) throws(SQLiteError) -> OpaquePointer {
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nil)
    guard code == SQLITE_OK, let handle else {
      let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      throw SQLiteError(code: code, message: message, operation: "open \(path)")
    }
    return handle
  }

  /// The rows of a statement, one a line.
  private static func text(_ handle: OpaquePointer, _ sql: String) throws(SQLiteError) -> String {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw error(handle, sql) }
    defer { sqlite3_finalize(statement) }
    var lines: [String] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: lines.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
      case SQLITE_DONE: return lines.joined(separator: "\n")
      default: throw error(handle, sql)
      }
    }
  }

  private static func error(_ handle: OpaquePointer, _ operation: String) -> SQLiteError {
    SQLiteError(
      code: sqlite3_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), operation: operation)
  }
}
