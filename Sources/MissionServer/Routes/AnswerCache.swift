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

  /// Keeps an answer, unless it alone would push out most others.
  func keep(_ response: Response, tag: String, for job: JobID, _ detail: JobDetail) {
    let bytes = (response.body.count ?? 0) + 512
    guard bytes <= limit / 8 else { return }
    let key = Key(job: job, detail: detail)
    state.withLock { state in
      guard state.answers[key] == nil else { return }
      state.answers[key] = (response, tag, bytes)
      state.order.append(key)
      state.bytes += bytes
      while state.bytes > limit { Self.dropOldest(&state) }
    }
  }

  /// Forgets a job that changed or is gone.
  func forget(_ job: JobID) {
    state.withLock { state in
      for detail in JobDetail.allCases {
        guard let gone = state.answers.removeValue(forKey: Key(job: job, detail: detail)) else { continue }
        state.bytes -= gone.bytes
      }
    }
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
