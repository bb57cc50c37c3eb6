import CSQLite

/// A database file: one thread that writes, a few that read, one that checkpoints. DESIGN.md has the picture.
///
/// A connection is a local variable of its thread: one connection, one thread, never re-entered. What other
/// threads share with it is a mailbox of closures, so no task ever waits on a thread of Swift's pool.
package final class Database: Sendable {
  /// Where the file is, and every bound.
  package struct Configuration: Sendable {
    /// The database file.
    package var path: String
    /// A registered VFS instead of the default one: how tests make the disk fail.
    package var vfs: String?
    /// Threads that read, each with its connection.
    package var readers = 2
    /// Requests that share one transaction at most.
    package var batchLimit = 512
    /// The longest that a writer waits for a batch to grow as large as the one before.
    package var gatherTime: Duration = .microseconds(500)
    /// Requests of each kind that may wait; more are refused as busy.
    package var waitingLimit = 200_000
    /// Page cache of each connection.
    package var cacheBytes = 1 << 20
    /// How long a connection waits for another process's lock.
    package var busyTimeout: Duration = .seconds(2)
    /// After this time without work connections give their memory back and the log is copied back.
    package var idleTime: Duration = .seconds(3)
    /// Pages in the log at which the checkpointer starts to copy them back: 4 MiB.
    package var walCheckpointPages = 1024
    /// Pages in the log at which the writer helps: 32 MiB.
    package var walLimitPages = 8192
    /// What the log's file keeps when it starts anew. Pages that the file has already are synced faster than
    /// pages that make it grow, so this is more than `walCheckpointPages` hold.
    package var walKeptBytes = 8 << 20

    /// The bounds as they are in production.
    package init(path: String) { self.path = path }

    var tooManyWait: SQLiteError {
      SQLiteError(
        code: SQLITE_BUSY, message: "\(waitingLimit) requests wait already", operation: "use \(path)")
    }
    var isClosed: SQLiteError {
      SQLiteError(code: SQLITE_MISUSE, message: "the database is closed", operation: "use \(path)")
    }
  }

  private let configuration: Configuration
  private let writes: Mailbox<Request>
  private let reads: Mailbox<Request>
  private let checkpoints: Mailbox<Int>
  private let progress = CheckpointProgress()
  private let threads = ThreadGroup()

  /// Opens the file, makes it if there is none, and starts the threads. Throws what the writer met.
  package static func open(_ configuration: Configuration) async throws(SQLiteError) -> Database {
    let database = Database(configuration)
    let failure: SQLiteError? = await withUnsafeContinuation { waiter in database.startWriter(waiter) }
    if let failure {
      database.stop()
      throw failure
    }
    do throws(SQLiteError) { try database.startReaders() } catch {
      database.stop()
      throw error
    }
    return database
  }

  private init(_ configuration: Configuration) {
    self.configuration = configuration
    writes = Mailbox(capacity: configuration.waitingLimit)
    reads = Mailbox(capacity: configuration.waitingLimit)
    checkpoints = Mailbox(capacity: 1)  // one reminder is enough
  }

  deinit { stop() }

  /// Runs `body` in a transaction that is committed and synced when this returns.
  ///
  /// Closures that wait at the same time share a transaction and its sync. A closure that throws leaves no
  /// trace and does no harm to the others; for that a closure may be run twice, so it must have no effects
  /// but those on the database. Cancelling the task does not stop it. Throws what `body` threw or why the
  /// transaction could not be committed.
  package func write<Answer: Sendable>(
    _ body: @escaping @Sendable (borrowing Transaction) throws(SQLiteError) -> Answer
  ) async throws(SQLiteError) -> Answer {
    try await send(body, to: writes)
  }

  /// Runs `body` on a snapshot of what is committed. Long ones keep the log from being emptied: read pages.
  package func read<Answer: Sendable>(
    _ body: @escaping @Sendable (borrowing Transaction) throws(SQLiteError) -> Answer
  ) async throws(SQLiteError) -> Answer {
    try await send(body, to: reads)
  }

  /// Finishes what waits, empties the log and closes the file. Later calls are refused.
  package func close() async {
    stop()
    await threads.ended()
  }

  private func send<Answer: Sendable>(
    _ body: @escaping TypedRequest<Answer>.Body, to mailbox: Mailbox<Request>
  ) async throws(SQLiteError) -> Answer {
    let answer: Result<Answer, SQLiteError> = await withUnsafeContinuation { waiter in
      switch mailbox.send(TypedRequest(body, waiter: waiter)) {
      case .accepted: break
      case .full: waiter.resume(returning: .failure(configuration.tooManyWait))
      case .closed: waiter.resume(returning: .failure(configuration.isClosed))
      }
    }
    return try answer.get()
  }

  private func startWriter(_ waiter: UnsafeContinuation<SQLiteError?, Never>) {
    do throws(SQLiteError) {
      try threads.start(name: "sqlite-write") { [configuration, writes, checkpoints, progress] in
        do throws(SQLiteError) {
          var writer = try Writer(
            configuration, requests: writes, checkpoints: checkpoints, progress: progress)
          waiter.resume(returning: nil)
          writer.serve()
        } catch { waiter.resume(returning: error) }
      }
    } catch { waiter.resume(returning: error) }
  }

  private func startReaders() throws(SQLiteError) {
    try threads.start(name: "sqlite-copy") { [configuration, checkpoints, progress] in
      var checkpointer = Checkpointer(configuration, signals: checkpoints, progress: progress)
      checkpointer.serve()
    }
    for _ in 0..<configuration.readers {
      try threads.start(name: "sqlite-read") { [configuration, reads] in
        var reader = Reader(configuration, requests: reads)
        reader.serve()
      }
    }
  }

  private func stop() {
    writes.close()
    reads.close()
    checkpoints.close()
  }
}
