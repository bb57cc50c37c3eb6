import CSQLite

/// Why SQLite refused something: its code and words, what was asked of it, and what to do about it.
///
/// Bound values never appear here, so an error may go into logs and answers.
package struct SQLiteError: Error, Equatable {
  /// The extended result code (`SQLITE_IOERR_FSYNC` and the like). <https://sqlite.org/rescode.html>
  package let code: Int32
  /// SQLite's own words, or ours where the refusal is ours.
  package let message: String
  /// The statement that failed, without its values, or the operation, such as `open /var/lib/x.db`.
  package let operation: String

  /// Makes an error; `operation` is SQL text or a phrase.
  package init(code: Int32, message: String, operation: String) {
    self.code = code
    self.message = message
    self.operation = operation
  }

  /// The result code without its extension.
  package var primaryCode: Int32 { code & 0xff }
  /// Another process holds the lock.
  package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
  /// The disk, a quota or the largest file is full.
  package var isFull: Bool { primaryCode == SQLITE_FULL }
  /// The file, its directory or its file system cannot be written.
  package var isReadOnly: Bool { primaryCode == SQLITE_READONLY || primaryCode == SQLITE_PERM }
  /// The file is damaged or is no database.
  package var isCorrupt: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }
  /// The disk failed, or the file cannot be opened.
  package var isIO: Bool { primaryCode == SQLITE_IOERR || primaryCode == SQLITE_CANTOPEN }
  /// A `CHECK`, `NOT NULL`, `UNIQUE` or foreign key refused a row: a mistake of the program.
  package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }
  /// True when the cause lies outside of the program and may go away: worth another try later.
  package var mayPass: Bool { isBusy || isFull || isReadOnly || isIO }

  /// True when the connection may have lost its footing and has to be opened anew.
  var spoilsConnection: Bool { !(isConstraint || isFull || isBusy) }

  /// What an operator can do about it; nil where nothing.
  package var hint: String? {
    if isFull { return "free space on the disk of the database" }
    if isBusy { return "another process holds the database: end its transaction" }
    if isReadOnly { return "make the database and its directory writable" }
    if isCorrupt { return "restore the database from a backup, or move it away to start with an empty one" }
    if isIO { return "check the disk and the permissions of the database and its directory" }
    return nil
  }
}

extension SQLiteError: CustomStringConvertible {
  package var description: String {
    "\(operation): \(message) (\(code))" + (hint.map { "; " + $0 } ?? "")
  }
}
