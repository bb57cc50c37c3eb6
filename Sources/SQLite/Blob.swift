import CSQLite

/// A value opened in place, so that a big body is never held twice. The calls are `sqlite3_blob_*`.
package struct Blob: ~Copyable {
  private let handle: OpaquePointer
  private let connection: Connection
  private let name: String

  /// Bytes in the value; writing does not change it.
  package let count: Int

  init(
    _ connection: Connection, table: String, column: String, row: Int64, writable: Bool
  ) throws(SQLiteError) {
    var handle: OpaquePointer?
    let name = "open \(table).\(column)"
    let code = sqlite3_blob_open(connection.handle, "main", table, column, row, writable ? 1 : 0, &handle)
    guard code == SQLITE_OK, let handle else { throw connection.error(name) }
    self.handle = handle
    self.connection = connection
    self.name = "\(table).\(column)"
    count = Int(sqlite3_blob_bytes(handle))
  }

  deinit { sqlite3_blob_close(handle) }

  /// Puts bytes at an offset; they must fit inside `count`.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SQLiteError) {
    precondition(offset >= 0 && offset + bytes.count <= count, "a blob cannot grow")
    let code = sqlite3_blob_write(handle, bytes.baseAddress, Int32(bytes.count), Int32(offset))
    guard code == SQLITE_OK else { throw connection.error("write \(name)") }
  }

  /// Puts bytes at an offset; they must fit inside `count`.
  package func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SQLiteError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(SQLiteError) in
      try write(UnsafeRawBufferPointer(bytes), at: offset)
    }
  }

  /// All of the value.
  package func readAll() throws(SQLiteError) -> [UInt8] {
    var failure: SQLiteError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SQLiteError) {
        try read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        filled = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills a buffer from an offset; the bytes must lie inside `count`.
  package func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(SQLiteError) {
    precondition(offset >= 0 && offset + bytes.count <= count, "read past the end of a blob")
    let code = sqlite3_blob_read(handle, bytes.baseAddress, Int32(bytes.count), Int32(offset))
    guard code == SQLITE_OK else { throw connection.error("read \(name)") }
  }
}
