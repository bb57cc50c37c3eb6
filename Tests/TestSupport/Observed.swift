import Foundation

/// A value that other threads change and a test waits for, woken by the change itself: no polling, no sleep.
///
///     let seen = Observed<[String]>([])
///     server.onRequest = { seen.update { $0.append("request") } }
///     try await seen.wait("two requests") { $0.count == 2 }
package final class Observed<Value: Sendable>: Sendable {
  private struct Waiter {
    let isSatisfied: @Sendable (Value) -> Bool
    let continuation: CheckedContinuation<Value?, Never>
  }
  private struct State {
    var value: Value
    var waiters: [Int: Waiter] = [:]
    var nextID = 0
  }

  private let lock = NSLock()
  // Proven: every access goes through `lock`.
  nonisolated(unsafe) private var state: State

  /// Starts with a value that nobody waits for yet.
  package init(_ value: Value) { state = State(value: value) }

  /// The value at this instant.
  package var value: Value { lock.withLock { state.value } }

  /// Changes the value and wakes those whose wish it fulfils.
  @discardableResult
  package func update<Result>(_ change: (inout Value) -> Result) -> Result {
    let (result, value, woken) = lock.withLock {
      let result = change(&state.value)
      let value = state.value
      let woken = state.waiters.filter { $0.value.isSatisfied(value) }
      for id in woken.keys { state.waiters[id] = nil }
      return (result, value, woken.values.map(\.continuation))
    }
    for continuation in woken { continuation.resume(returning: value) }
    return result
  }

  /// Returns the first value that satisfies the condition, or throws with what was hoped for and what is.
  @discardableResult
  package func wait(
    _ hope: String, timeout: Duration = .seconds(30), until isSatisfied: @escaping @Sendable (Value) -> Bool
  ) async throws(TestSupportError) -> Value {
    let reached = await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
      let now: Value? = lock.withLock {
        if isSatisfied(state.value) { return state.value }
        let id = state.nextID
        state.nextID += 1
        state.waiters[id] = Waiter(isSatisfied: isSatisfied, continuation: continuation)
        DispatchQueue.global().asyncAfter(deadline: .now() + timeout.seconds) { self.expire(id) }
        return nil
      }
      if let now { continuation.resume(returning: now) }
    }
    guard let reached else {
      throw TestSupportError("waited \(timeout) for \(hope); what there is: \(value)")
    }
    return reached
  }

  private func expire(_ id: Int) {
    let waiter = lock.withLock { state.waiters.removeValue(forKey: id) }
    waiter?.continuation.resume(returning: nil)
  }
}

extension Duration {
  /// The length in seconds, for interfaces that take a `Double`.
  package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
