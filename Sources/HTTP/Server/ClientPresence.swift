import Posix

/// Tells a handler that waits for something whether its client is still there.
///
/// A client is gone when its connection has failed or ended, also its sending half alone: what was waited
/// for on its behalf should then be given up, while work that was begun goes on. The answer is still sent,
/// for a client that only closed its sending half.
package final class ClientPresence: Sendable {
  private struct State {
    var isGone = false
    var nextToken = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Lock(State())

  /// Makes the presence of a client that is there.
  package init() {}

  /// True once the client is gone.
  package var isGone: Bool { state.withLock { $0.isGone } }

  /// Calls `action` once if the client goes, at once if it is gone already.
  ///
  /// Returns a token for `forget`, which must be called when the wait is over: a connection outlives a
  /// request.
  package func whenGone(_ action: @escaping @Sendable () -> Void) -> Int {
    let token = state.withLock { state -> Int? in
      guard !state.isGone else { return nil }
      state.nextToken += 1
      state.actions[state.nextToken] = action
      return state.nextToken
    }
    if token == nil { action() }
    return token ?? 0
  }

  /// Takes an action back.
  package func forget(_ token: Int) {
    state.withLock { state in _ = state.actions.removeValue(forKey: token) }
  }

  /// Returns when the client goes, or when the task is cancelled.
  package func gone() async {
    let (events, continuation) = AsyncStream.makeStream(of: Void.self)
    let token = whenGone { continuation.finish() }
    defer { forget(token) }
    for await _ in events {}
  }

  /// Returns what `operation` returns, which is cancelled if the client goes.
  package func whileHere<Value: Sendable>(_ operation: @escaping @Sendable () async -> Value) async -> Value?
  {
    await withTaskGroup(of: Value?.self) { group in
      group.addTask { await operation() }
      group.addTask {
        await self.gone()
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      guard first == nil else { return first }
      // The operation answers to its cancellation with what it has.
      return await group.next() ?? nil
    }
  }

  /// Notes that the client is gone.
  func leave() {
    let actions = state.withLock { state in
      state.isGone = true
      defer { state.actions = [:] }
      return Array(state.actions.values)
    }
    for action in actions { action() }
  }
}
