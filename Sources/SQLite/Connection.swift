import CSQLite

/// One connection and its prepared statements. It belongs to one thread and never leaves it.
final class Connection {
  /// What a connection is for decides its flags and pragmas.
  enum Role {
    case writer(createsFile: Bool)
    case reader
    case checkpointer
  }

  let handle: OpaquePointer
  /// How many pages the write-ahead log held after this connection's last commit.
  private let walPages: UnsafeMutablePointer<Int32>
  private var prepared: [UnsafeRawPointer: PreparedStatement] = [:]

  init(_ configuration: Database.Configuration, role: Role) throws(SQLiteError) {
    _ = Connection.memoryCounting
    let access =
      switch role {
      case .writer(createsFile: true): SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .writer(createsFile: false), .checkpointer: SQLITE_OPEN_READWRITE
      case .reader: SQLITE_OPEN_READONLY
      }
    var handle: OpaquePointer?
    // NOMUTEX: no other thread ever touches this connection.
    let code = sqlite3_open_v2(
      configuration.path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, configuration.vfs)
    guard code == SQLITE_OK, let handle else {
      let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      throw SQLiteError(code: code, message: message, operation: "open \(configuration.path)")
    }
    self.handle = handle
    walPages = .allocate(capacity: 1)
    walPages.initialize(to: 0)
    do throws(SQLiteError) { try configure(configuration, role: role) } catch {
      // The file is read by the first statement, whichever it is: what failed is to open it.
      throw SQLiteError(
        code: error.code, message: error.message, operation: "open \(configuration.path)")
    }
  }

  deinit {
    prepared = [:]  // every statement is finalized before the connection closes
    sqlite3_close_v2(handle)
    walPages.deallocate()
  }

  /// Pages in the write-ahead log after the last commit of this connection.
  var pagesInWAL: Int { Int(walPages.pointee) }

  /// True outside of a transaction.
  var isIdle: Bool { sqlite3_get_autocommit(handle) != 0 }

  /// Borrows the compiled form of `sql`, from the cache where it has been used before.
  ///
  /// The cache is keyed by the literal's address: nothing is hashed, and no text made at run time can get in.
  func statement(_ sql: StaticString) throws(SQLiteError) -> Statement {
    precondition(sql.hasPointerRepresentation, "SQL is longer than one character")
    let key = UnsafeRawPointer(sql.utf8Start)
    let known = prepared[key]
    if let known, !known.isInUse { return Statement(known) }
    let fresh = try PreparedStatement(
      database: handle, sql: UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self),
      count: Int32(sql.utf8CodeUnitCount), isKept: known == nil)
    if known == nil { prepared[key] = fresh }
    return Statement(fresh)
  }

  /// Compiles SQL that was put together at run time; never from what a user typed.
  func statement(composed sql: String) throws(SQLiteError) -> Statement {
    let fresh: Result<PreparedStatement, SQLiteError> = sql.withCString { text in
      do throws(SQLiteError) {
        return .success(try PreparedStatement(database: handle, sql: text, count: -1, isKept: false))
      } catch { return .failure(error) }
    }
    return Statement(try fresh.get())
  }

  /// Runs one statement without values.
  func execute(_ sql: StaticString) throws(SQLiteError) { try statement(sql).execute() }

  /// Runs several statements in one text, such as a migration.
  func run(script: String) throws(SQLiteError) {
    guard sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else { throw error(script) }
  }

  /// Ends a failed transaction. False when the connection cannot be trusted any more.
  func rollBack() -> Bool {
    if isIdle { return true }  // SQLite has rolled back by itself, as it does when the disk is full
    do throws(SQLiteError) { try execute("ROLLBACK") } catch { return false }
    return isIdle
  }

  /// Gives the page cache back to the allocator.
  func releaseMemory() { sqlite3_db_release_memory(handle) }

  /// The error that SQLite's last call on this connection left behind.
  func error(_ operation: String) -> SQLiteError {
    SQLiteError(
      code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
      operation: operation)
  }

  /// DESIGN.md says which promise hangs on which pragma.
  private func configure(_ configuration: Database.Configuration, role: Role) throws(SQLiteError) {
    sqlite3_busy_timeout(handle, Int32(configuration.busyTimeout / .milliseconds(1)))
    csqlite_be_defensive(handle)
    try run(script: "PRAGMA cache_size = -\(configuration.cacheBytes / 1024); PRAGMA mmap_size = 0;")
    switch role {
    case .writer:
      try run(
        script: """
          PRAGMA journal_mode = WAL;
          PRAGMA synchronous = FULL;
          PRAGMA foreign_keys = ON;
          PRAGMA secure_delete = FAST;
          PRAGMA temp_store = MEMORY;
          PRAGMA wal_autocheckpoint = 0;
          PRAGMA journal_size_limit = \(configuration.walKeptBytes);
          """)
      try requireWAL(configuration.path)
      sqlite3_wal_hook(
        handle,
        { context, _, _, pages in
          context?.storeBytes(of: pages, as: Int32.self)
          return SQLITE_OK
        }, walPages)
    case .reader:
      try run(script: "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;")
    case .checkpointer:
      try run(script: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")
    }
  }

  /// Readers beside the writer and durability both rest on the log, so nothing starts without it.
  private func requireWAL(_ path: String) throws(SQLiteError) {
    var mode = ""
    try statement("PRAGMA journal_mode").scan([]) { row throws(SQLiteError) in
      mode = row.text(0)
      return false
    }
    guard mode == "wal" else {
      throw SQLiteError(
        code: SQLITE_CANTOPEN, message: "the journal mode is \(mode), not wal", operation: "open \(path)")
    }
  }

  /// Done once in a process, before SQLite's first use.
  private static let memoryCounting: Int32 = csqlite_stop_counting_memory()
}
