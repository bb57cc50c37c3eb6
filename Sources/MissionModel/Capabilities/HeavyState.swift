/// State that heavy work changes piece by piece, such as that of a parser which a big file is fed to.
package struct HeavyState<State>: ~Copyable {
  /// Unchecked, since one call at a time gets at the state: `change` is mutating, and lets no other in after
  /// one that was given up, whose work may still run.
  private final class Box: @unchecked Sendable {
    var state: State
    init(_ state: State) { self.state = state }
  }

  private let box: Box
  private var isGivenUp = false

  /// Takes the state over from its maker.
  package init(_ state: sending State) { box = Box(state) }

  /// Runs `body` on the state as heavy work; `.cancelled` at once where the step is told to end, and from
  /// then on.
  package mutating func change<Value: Sendable>(
    by work: HeavyWork, _ body: @escaping @Sendable (inout State) throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    guard !isGivenUp else { throw .cancelled }
    let box = box
    do throws(StepFailure) {
      return try await work.run { _ throws(StepFailure) in try body(&box.state) }
    } catch {
      isGivenUp = error.kind == .cancelled
      throw error
    }
  }
}
