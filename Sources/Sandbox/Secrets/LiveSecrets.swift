package import MissionModel
import Posix

/// The secrets of a process that may read them anew.
///
/// What was once a secret stays masked until the process ends: a job that began with it may show it later.
package final class LiveSecrets: Sendable {
  private struct State {
    var current = SecretsLive.none
    var masked: Set<String> = []
    var masker = Masker.none
  }

  private let state = Lock(State())

  /// Knows no secret yet.
  package init() {}

  /// Takes the place of what was read before.
  package func replace(with secrets: SecretsLive) {
    state.withLock { state in
      state.current = secrets
      let all = state.masked.union(secrets.masked)
      guard all != state.masked else { return }
      state.masked = all
      state.masker = Masker(all)
    }
  }

  /// Takes every secret out of what it is shown, those of before too.
  package var masker: Masker { state.withLock { $0.masker } }

  /// The value of `{{secret.NAME}}` now, or why there is none.
  package func find(_ name: String) -> VariableScope.Lookup { state.withLock { $0.current }.find(name) }
}
