import CSQLite
import Posix

/// The threads of one database, so that closing it can wait for their end.
final class ThreadGroup: Sendable {
  private struct State {
    var running = 0
    var waiters: [UnsafeContinuation<Void, Never>] = []
  }

  private let state = Lock(State())

  /// Starts a thread that counts until its body returns.
  func start(name: String, _ body: @escaping @Sendable () -> Void) throws(SQLiteError) {
    state.withLock { $0.running += 1 }
    do throws(Errno) {
      try Thread.start(name: name) { [self] in
        body()
        leave()
      }
    } catch {
      leave()
      throw SQLiteError(code: SQLITE_NOMEM, message: "\(error)", operation: "start a thread for the database")
    }
  }

  /// Returns when no thread runs any more.
  func ended() async {
    await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
      let isOver = state.withLock { state in
        if state.running > 0 { state.waiters.append(waiter) }
        return state.running == 0
      }
      if isOver { waiter.resume() }
    }
  }

  private func leave() {
    let waiters = state.withLock { state in
      state.running -= 1
      guard state.running == 0 else { return [UnsafeContinuation<Void, Never>]() }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
