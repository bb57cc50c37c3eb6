import Glibc

/// Threads for calls that block, so that neither Swift's pool nor the event loop waits for them.
///
/// At most `permits` calls at once, the rest in order. Threads are made when needed and end when idle for
/// ten seconds. Own threads rather than Dispatch, which starts another one only when it notices, up to a
/// second later, that those it has are blocked.
package final class BlockingWork: Sendable {
  /// Short work on files: four at once keep a disk busy, more would only queue in the kernel.
  package static let files = BlockingWork(name: "files", permits: 4)
  /// Calls that wait for others: name look-ups, drivers without sockets of their own.
  package static let clients = BlockingWork(name: "clients", permits: 64)

  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var next = 0
    var threads = 0
    var idle = 0
  }

  private let name: String
  private let permits: Int
  private let state = Lock(State())
  private let arrival = Semaphore()
  private let idleSeconds: Int

  /// Makes a pool of its own; nothing starts before the first call.
  package init(name: String, permits: Int, idleSeconds: Int = 10) {
    precondition(permits > 0, "a pool without permits would never run anything")
    self.name = name
    self.permits = permits
    self.idleSeconds = idleSeconds
  }

  /// Runs `body` on a thread of the pool and gives what it returns or throws.
  ///
  /// A cancelled task waits all the same: `body` must have a deadline of its own.
  package func run<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
      submit {
        let result: Result<Value, Failure>
        do throws(Failure) { result = .success(try body()) } catch { result = .failure(error) }
        continuation.resume(returning: result)
      }
    }
    return try result.get()
  }

  /// Runs `body` as `run` does, but a cancelled task waits no longer: what `body` gives then is dropped.
  ///
  /// For work that changes nothing and ends by itself.
  /// - Parameter body: may ask now and then whether anybody still waits.
  package func runUnlessCancelled<Value: Sendable>(
    _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) -> Value
  ) async throws(CancellationError) -> Value {
    let answer = Lock<AwaitedAnswer<Value>>(.none)
    let value = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isCancelled = answer.withLock { answer in
          if case .cancelled = answer { return true }
          answer = .awaited(continuation)
          return false
        }
        guard !isCancelled else { return continuation.resume(returning: nil) }
        submit {
          let isCancelled = { @Sendable in answer.withLock { if case .cancelled = $0 { true } else { false } }
          }
          // Its turn may come when nobody waits any more.
          guard !isCancelled() else { return }
          let value = body(isCancelled)
          answer.withLock { $0.end(.none) }?.resume(returning: value)
        }
      }
    } onCancel: {
      answer.withLock { $0.end(.cancelled) }?.resume(returning: nil)
    }
    guard let value else { throw CancellationError() }
    return value
  }

  /// Runs `body` on a thread of the pool, some time.
  package func submit(_ body: @escaping @Sendable () -> Void) {
    let response = state.withLock { state -> Response in
      state.waiting.append(body)
      if state.idle > 0 {
        state.idle -= 1
        return .wake
      }
      guard state.threads < permits else { return .leave }
      state.threads += 1
      return .start
    }
    switch response {
    case .wake: arrival.signal()
    case .start: startThread()
    case .leave: break
    }
  }

  /// What becomes of a call that was handed over.
  private enum Response {
    /// An idle thread was promised to it: it gets exactly one signal.
    case wake
    case start
    /// All threads are busy; each looks for more when it is through. A signal now would wake a thread later
    /// that was promised to nobody.
    case leave
  }

  private func startThread() {
    do {
      try Thread.start(name: name) { [self] in work() }
    } catch {
      // Out of threads: those that run will get to it; without any, this one call is run here and blocks.
      let alone = state.withLock { state in
        state.threads -= 1
        return state.threads == 0
      }
      if alone { while let body = take() { body() } }
    }
  }

  private func work() {
    while true {
      while let body = take() { body() }
      guard waitForMore() else { return }
    }
  }

  private func take() -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard state.next < state.waiting.count else { return nil }
      defer {
        state.next += 1
        if state.next == state.waiting.count || state.next > 1024 {
          state.waiting.removeFirst(state.next)
          state.next = 0
        }
      }
      return state.waiting[state.next]
    }
  }

  /// False where the thread has had nothing to do for so long that it should end.
  private func waitForMore() -> Bool {
    let isLate = state.withLock { state in
      if state.next < state.waiting.count { return true }
      state.idle += 1
      return false
    }
    if isLate || arrival.wait(seconds: idleSeconds) { return true }
    let mayEnd = state.withLock { state in
      guard state.idle > 0 else { return false }
      state.idle -= 1
      state.threads -= 1
      return true
    }
    if mayEnd { return false }
    // Promised to a call while the time ran out: the signal is on its way, and must not be left for another.
    arrival.wait()
    return true
  }
}

/// Who waits for work that may be given up.
private enum AwaitedAnswer<Value: Sendable> {
  case none
  case awaited(CheckedContinuation<Value?, Never>)
  case cancelled

  /// Goes over to `next` and gives whoever waited.
  mutating func end(_ next: AwaitedAnswer) -> CheckedContinuation<Value?, Never>? {
    let last = self
    self = next
    guard case .awaited(let continuation) = last else { return nil }
    return continuation
  }
}
