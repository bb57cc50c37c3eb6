/// The one connection that writes, and its loop: whatever waits shares a transaction and a sync.
///
/// It lives in a local variable of its thread, so nothing else can reach the connection.
struct Writer {
  private let configuration: Database.Configuration
  private let requests: Mailbox<Request>
  private let checkpoints: Mailbox<Int>
  private let progress: CheckpointProgress
  /// The size of the log at which the checkpointer is called next.
  private var nextCheckpoint: Int
  private var connection: Connection?
  private var holdsMemory = true

  init(
    _ configuration: Database.Configuration, requests: Mailbox<Request>, checkpoints: Mailbox<Int>,
    progress: CheckpointProgress
  ) throws(SQLiteError) {
    self.configuration = configuration
    self.requests = requests
    self.checkpoints = checkpoints
    self.progress = progress
    nextCheckpoint = configuration.walCheckpointPages
    connection = try Connection(configuration, role: .writer(createsFile: true))
  }

  /// Serves until the mailbox is closed and empty.
  mutating func serve() {
    while true {
      let patience = holdsMemory ? configuration.idleTime : nil
      switch requests.take(upTo: configuration.batchLimit, patience: patience) {
      case .letters(let batch):
        let start = ContinuousClock.now
        perform(batch)
        let duration = start.duration(to: .now)
        for request in batch { request.deliver() }
        holdsMemory = true
        watchLog()
        // Those just served often come back at once. A moment's wait lets them share the next sync
        // instead of splitting into two crowds that take turns.
        if batch.count > 1 {
          requests.gather(batch.count, patience: min(duration / 4, configuration.gatherTime))
        }
      case .nothing:
        connection?.releaseMemory()
        holdsMemory = false
      case .closed:
        connection?.checkpoint()
        return
      }
    }
  }

  /// Runs a batch in one transaction. If that fails, each request gets a transaction of its own, so that
  /// only those fail that have a reason to.
  private mutating func perform(_ batch: [Request]) {
    guard let failure = transact(batch) else { return }
    guard batch.count > 1, failure.hadBegun else {
      for request in batch { request.fail(failure.error) }
      return
    }
    for (index, request) in batch.enumerated() {
      guard let failure = transact([request]) else { continue }
      request.fail(failure.error)
      if !failure.hadBegun {
        // What cannot begin for one cannot begin for the others: they need not find out one by one.
        for rest in batch[(index + 1)...] { rest.fail(failure.error) }
        return
      }
    }
  }

  /// Why a transaction left no trace.
  private struct Failure {
    let error: SQLiteError
    /// False when not even `BEGIN` succeeded.
    let hadBegun: Bool
  }

  /// One transaction for all of `batch`; nil when it is committed and synced.
  private mutating func transact(_ batch: [Request]) -> Failure? {
    var hasBegun = false
    do throws(SQLiteError) {
      let connection = try openConnection()
      try connection.execute("BEGIN IMMEDIATE")
      hasBegun = true
      for request in batch { try request.run(on: connection) }
      try connection.execute("COMMIT")
      return nil
    } catch {
      recover(from: error)
      return Failure(error: error, hadBegun: hasBegun)
    }
  }

  /// The connection, opened again if an error took it away. It never makes a new file: a database that
  /// has vanished must not come back empty.
  private mutating func openConnection() throws(SQLiteError) -> Connection {
    if let connection { return connection }
    let fresh = try Connection(configuration, role: .writer(createsFile: false))
    connection = fresh
    return fresh
  }

  private mutating func recover(from error: SQLiteError) {
    guard let connection else { return }
    if !connection.rollBack() || error.spoilsConnection { self.connection = nil }
  }

  /// Keeps the log short. The checkpointer copies it while writers go on; the writer copies the small rest
  /// between two batches, and with all of it copied the next transaction starts at the log's beginning.
  private mutating func watchLog() {
    guard let connection else { return }
    let pages = connection.pagesInWAL
    if pages + configuration.walCheckpointPages < nextCheckpoint {
      nextCheckpoint = configuration.walCheckpointPages  // the log has started anew
    }
    if pages >= nextCheckpoint {
      nextCheckpoint = pages + configuration.walCheckpointPages
      _ = checkpoints.send(pages)
    }
    if progress.hasCopied || pages >= configuration.walLimitPages {
      progress.hasCopied = false
      connection.checkpoint()
    }
  }
}
