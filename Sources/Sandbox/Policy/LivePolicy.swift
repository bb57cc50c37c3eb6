import Posix

/// What missions may do, in a process that may read its configuration anew: who asks is told by the newest.
package final class LivePolicy: Sendable {
  private let state: Lock<(judge: PolicyJudge, places: ConfinementPlaces)>

  /// Holds what the configuration says at the start.
  package init(_ judge: PolicyJudge, _ places: ConfinementPlaces) { state = Lock((judge, places)) }

  /// Decides on what is asked now.
  package var judge: PolicyJudge { state.withLock { $0.judge } }

  /// What processes that start now may reach in a sandbox.
  package var places: ConfinementPlaces { state.withLock { $0.places } }

  /// Takes the place of what was read before; what runs already goes on under that.
  package func replace(with judge: PolicyJudge, _ places: ConfinementPlaces) {
    state.withLock { $0 = (judge, places) }
  }
}
