import CSQLite

/// One row of an answer, valid only inside the closure that it is handed to.
///
/// Columns count from 0. Numbers and texts come out as SQLite converts them; a NULL reads as 0 or "",
/// so nullable columns have accessors that say `OrNil`.
package struct Row: ~Copyable {
  let handle: OpaquePointer

  /// True where the column is NULL.
  package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  /// A whole number.
  package func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  /// A whole number, or nil for NULL.
  package func int64OrNil(_ column: Int32) -> Int64? { isNull(column) ? nil : int64(column) }

  /// A whole number as an `Int`.
  package func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

  /// A truth value: everything but 0 is true.
  package func bool(_ column: Int32) -> Bool { sqlite3_column_int64(handle, column) != 0 }

  /// A floating-point number.
  package func double(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  /// A text; bytes that are no UTF-8 are repaired with U+FFFD.
  package func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// A text, or nil for NULL.
  package func textOrNil(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  /// A copy of a column's bytes.
  package func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { [UInt8]($0) } }

  /// A copy of a column's bytes, or nil for NULL.
  package func bytesOrNil(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : bytes(column) }

  /// Lends a column's bytes without copying them; they must not outlive the closure.
  package func withBytes<Result, Failure: Error>(
    _ column: Int32, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // In this order: `column_blob` may convert the value, and `column_bytes` then counts what it became.
    let start = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
  }
}
