/// Runs work that keeps a processor busy for more than a moment, away from the executors.
package struct HeavyWork: Sendable {
  /// Asks whether the step was told to end; long work asks now and then.
  package typealias IsCancelled = @Sendable () -> Bool

  /// Runs a closure somewhere and gives back what it returns; nil where the step was told to end before.
  package var perform:
    @Sendable (_ work: @escaping @Sendable (_ isCancelled: IsCancelled) -> any Sendable) async ->
      (any Sendable)?

  /// Makes the capability of its closure.
  package init(
    perform:
      @escaping @Sendable (@escaping @Sendable (IsCancelled) -> any Sendable) async -> (any Sendable)?
  ) {
    self.perform = perform
  }

  /// Runs everything where it is asked for.
  package static let inline = HeavyWork { work in work { Task.isCancelled } }

  /// Runs `body`, which changes nothing, and gives what it returns or throws; `.cancelled` at once where the
  /// step is told to end.
  package func run<Value: Sendable>(
    _ body: @escaping @Sendable (_ isCancelled: IsCancelled) throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    let outcome = await perform { isCancelled in
      Result<Value, StepFailure> { () throws(StepFailure) in try body(isCancelled) }
    }
    guard let outcome else { throw .cancelled }
    guard let result = outcome as? Result<Value, StepFailure> else {
      preconditionFailure("heavy work gives back what its body returned")
    }
    return try result.get()
  }
}
