import Formats
import Glibc
import MissionEngine
import MissionModel
import MissionStore
import Posix
import Telemetry

/// Looks every two seconds at what changes by itself: free space, the tokens, a job table that failed.
///
/// On a thread of its own instead of in tasks. An idle daemon is as big as the code that it runs again and
/// again, and a turn over the event loop and Swift's pool runs several times as much of it.
final class HealthWatch: Sendable {
  private let store: JobStore
  private let root: String
  private let configuration: LiveConfiguration
  private let health: Health
  private let dispatcher: Dispatcher
  private let tokens: LiveTokens
  private let log: Logger

  private let thread = BlockingWork(name: "health", permits: 1)
  private let end = Semaphore()
  private let isProbing = Lock(false)

  /// Seconds between two looks.
  private static let interval = 2

  /// Watches over the state directory `root`; nothing is looked at yet.
  init(
    store: JobStore, root: String, configuration: LiveConfiguration, health: Health,
    dispatcher: Dispatcher, tokens: LiveTokens, log: Logger
  ) {
    self.store = store
    self.root = root
    self.configuration = configuration
    self.health = health
    self.dispatcher = dispatcher
    self.tokens = tokens
    self.log = log
  }

  /// Looks once; returns when it has.
  func look() async { await thread.run { [self] in lookNow() } }

  /// Looks until `stop`.
  func run() async {
    await thread.run { [self] in
      while !end.wait(seconds: Self.interval) { lookNow() }
    }
  }

  /// Makes `run` return.
  func stop() { end.signal() }

  private func lookNow() {
    let wasReady = health.mayStart
    look(atFreeBytes: Self.freeBytes(at: root))
    refreshTokens()
    if health.holds(.database) { probe() }
    if !wasReady, health.mayStart { dispatcher.kick() }
  }

  private func look(atFreeBytes free: Int?) {
    let least = configuration.current { $0.limits.minFreeBytes }
    guard let free, free < least else {
      if health.set(.disk, nil) { log.notice("enough free space again") }
      return
    }
    let text =
      "\(root) has \(ByteSize.describe(Int64(free))) free, less than limits.min_free_bytes "
      + "(\(ByteSize.describe(Int64(least)))); free some space"
    if health.set(.disk, text) { log.error("too little free space", ["free": String(free)]) }
  }

  private static func freeBytes(at path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).0)
  }

  /// Takes up tokens that were made or revoked.
  private func refreshTokens() {
    do throws(TokenFileError) {
      if try tokens.refresh() { log.notice("the tokens were read anew") }
    } catch {
      log.error("the tokens cannot be read; those from before stay valid", ["cause": error.description])
    }
  }

  /// Tries to write to the job table, unless the last try still waits for it.
  private func probe() {
    let mayBegin = isProbing.withLock { isProbing in
      defer { isProbing = true }
      return !isProbing
    }
    guard mayBegin else { return }
    Task {
      do throws(StoreError) {
        try await store.probe()
        if health.set(.database, nil) { log.notice("the job table works again") }
        if health.mayStart { dispatcher.kick() }
      } catch {
        health.set(.database, error.message)
      }
      isProbing.withLock { $0 = false }
    }
  }
}
