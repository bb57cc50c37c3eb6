import CSQLite
import Posix

/// Copies the write-ahead log back into the database on a connection and a thread of its own, so that a
/// commit does not wait for it.
struct Checkpointer {
  private let configuration: Database.Configuration
  private let signals: Mailbox<Int>
  private let progress: CheckpointProgress
  private var connection: Connection?

  init(_ configuration: Database.Configuration, signals: Mailbox<Int>, progress: CheckpointProgress) {
    self.configuration = configuration
    self.signals = signals
    self.progress = progress
  }

  /// Serves until the mailbox is closed.
  mutating func serve() {
    while true {
      switch signals.take(upTo: .max, patience: connection == nil ? nil : configuration.idleTime) {
      case .letters:
        copyLog()
        progress.hasCopied = true
      case .nothing:
        copyLog()
        progress.hasCopied = true
        connection = nil
      case .closed:
        return
      }
    }
  }

  /// Copies until little is left. Writers go on meanwhile, so each pass finds what came during the last one.
  private mutating func copyLog() {
    for _ in 0..<passLimit {
      // An error is no news here: the writer meets the same disk and reports it to those who wait.
      if connection == nil { connection = try? Connection(configuration, role: .checkpointer) }
      guard let connection else { return }
      switch connection.checkpoint() {
      case .left(let pages): if pages <= smallRest { return }
      case .busy: return
      case .failed: self.connection = nil
      }
    }
  }

  private var passLimit: Int { 4 }
  private var smallRest: Int { 64 }
}

/// How the checkpointer tells the writer that all but a rest of the log is copied.
final class CheckpointProgress: Sendable {
  private let state = Lock(false)

  /// Set by the checkpointer; the writer takes it back.
  var hasCopied: Bool {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

extension Connection {
  /// What a checkpoint achieved.
  enum CheckpointOutcome {
    /// So many pages of the log are not in the database yet.
    case left(pages: Int)
    /// Somebody else checkpoints, or a reader is in the way.
    case busy
    /// The disk refused; the log keeps what it has.
    case failed
  }

  /// Copies what it can of the log into the database, without waiting for anybody.
  @discardableResult
  func checkpoint() -> CheckpointOutcome {
    var pages: Int32 = 0
    var copied: Int32 = 0
    let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied)
    switch code & 0xff {
    case SQLITE_OK: return .left(pages: Int(max(0, pages - copied)))
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy
    default: return .failed
    }
  }
}
