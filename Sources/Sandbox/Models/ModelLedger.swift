package import MissionModel
import Posix

/// What models were asked and what it cost, since the process started: for `/metrics`.
package final class ModelLedger: Sendable {
  /// The sums of one model.
  package struct Entry: Sendable, Equatable {
    package var provider: String
    package var model: String
    package var requests: Int
    package var tokens: TokenUsage
  }

  private let entries = Lock<[Entry]>([])
  /// Models that are told apart; what comes beyond them is summed under one name.
  private static let mostModels = 100

  /// Starts with nothing.
  package init() {}

  /// Adds one answer.
  package func add(_ target: ModelTarget, _ usage: TokenUsage) {
    let provider = target.provider.rawValue
    entries.withLock { entries in
      let model = entries.count < Self.mostModels ? target.model : "other"
      let known = entries.firstIndex { $0.provider == provider && $0.model == target.model }
      guard let place = known ?? entries.firstIndex(where: { $0.provider == provider && $0.model == model })
      else {
        return entries.append(Entry(provider: provider, model: model, requests: 1, tokens: usage))
      }
      entries[place].requests += 1
      entries[place].tokens += usage
    }
  }

  /// The sums, in the order in which the models were first asked.
  package var sums: [Entry] { entries.withLock { $0 } }
}
