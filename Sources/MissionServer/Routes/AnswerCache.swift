import HTTP
import MissionModel
import Posix

/// Answers of finished jobs, rendered: most of what pollers ask for changes no more.
///
/// Bounded by bytes; the oldest go first. Whoever changes or removes a finished job forgets its answers.
final class AnswerCache: Sendable {
  private struct Key: Hashable {
    let job: JobID
    let detail: JobDetail
  }

  private struct State {
    var answers: [Key: (response: Response, tag: String, bytes: Int)] = [:]
    var order: [Key] = []
    var first = 0
    var bytes = 0
    var changes = 0
  }

  private let state = Lock(State())
  private let limit: Int

  /// Makes a cache of at most `limit` bytes.
  init(limit: Int = 8 << 20) { self.limit = limit }

  /// The answer, with its entity tag.
  func answer(_ job: JobID, _ detail: JobDetail) -> (response: Response, tag: String)? {
    state.withLock { state in
      state.answers[Key(job: job, detail: detail)].map { ($0.response, $0.tag) }
    }
  }

  /// How many keys are remembered, those of forgotten answers included.
  var remembered: Int { state.withLock { $0.order.count - $0.first } }

  /// Counts what was forgotten. Take it before what an answer is made of is read.
  var changes: Int { state.withLock { $0.changes } }

  /// Keeps an answer, unless it alone would push out most others, or anything was forgotten since `changes`:
  /// it may be this job, which is another by now or gone.
  func keep(_ response: Response, tag: String, for job: JobID, _ detail: JobDetail, asOf changes: Int) {
    let bytes = (response.body.count ?? 0) + 512
    guard bytes <= limit / 8 else { return }
    let key = Key(job: job, detail: detail)
    state.withLock { state in
      guard state.changes == changes, state.answers[key] == nil else { return }
      state.answers[key] = (response, tag, bytes)
      state.order.append(key)
      state.bytes += bytes
      while state.bytes > limit { Self.dropOldest(&state) }
    }
  }

  /// Forgets a job that changed or is gone.
  func forget(_ job: JobID) {
    state.withLock { state in
      state.changes += 1
      for detail in JobDetail.allCases {
        guard let gone = state.answers.removeValue(forKey: Key(job: job, detail: detail)) else { continue }
        state.bytes -= gone.bytes
      }
      Self.compact(&state)
    }
  }

  /// Takes the forgotten out of the order, once they are most of it.
  private static func compact(_ state: inout State) {
    guard state.order.count > 1024 + 2 * state.answers.count else { return }
    var seen: Set<Key> = []
    state.order = state.order.dropFirst(state.first).filter {
      state.answers[$0] != nil && seen.insert($0).inserted
    }
    state.first = 0
  }

  private static func dropOldest(_ state: inout State) {
    guard state.first < state.order.count else { return }
    if let gone = state.answers.removeValue(forKey: state.order[state.first]) { state.bytes -= gone.bytes }
    state.first += 1
    if state.first > 1024 {
      state.order.removeFirst(state.first)
      state.first = 0
    }
  }
}
