import Posix

/// Lets a test wait until something has happened so many times.
package final class Countdown: Sendable {
  private struct State {
    var left: Int
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Lock<State>

  /// Opens after `count` signals.
  package init(_ count: Int) { state = Lock(State(left: count)) }

  /// Counts one down; more than enough do no harm.
  package func signal() {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.left -= 1
      guard state.left == 0 else { return [] }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns once the count is down.
  package func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state -> Bool in
        if state.left > 0 { state.waiters.append(continuation) }
        return state.left <= 0
      }
      if isOpen { continuation.resume() }
    }
  }
}
