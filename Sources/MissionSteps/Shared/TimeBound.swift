package import MissionModel

/// Ends work that takes longer than a parameter of its step allows.
package enum TimeBound {
  /// Runs `work`. Once `seconds` have passed it is cancelled, waited for, and nil comes back.
  package static func run<Value: Sendable>(
    seconds: Double, in context: StepContext,
    _ work: @escaping @Sendable () async throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value? {
    let ending = await withTaskGroup(of: Ending<Value>.self) { group in
      group.addTask {
        do throws(StepFailure) { return .done(.success(try await work())) } catch {
          return .done(.failure(error))
        }
      }
      group.addTask {
        do throws(StepFailure) { try await context.sleep(.milliseconds(Int64(seconds * 1000))) } catch {
          return .stopped
        }
        return .late
      }
      // Whoever is first counts; the other one is told to end, and waited for.
      var first = Ending<Value>.stopped
      var isFirst = true
      while let next = await group.next() {
        if isFirst { first = next }
        if case .stopped = first, case .done = next { first = next }
        isFirst = false
        group.cancelAll()
      }
      return first
    }
    switch ending {
    case .done(let result): return try result.get()
    case .late: return nil
    case .stopped: throw .cancelled
    }
  }
}

private enum Ending<Value: Sendable>: Sendable {
  case done(Result<Value, StepFailure>)
  case late
  case stopped
}
