package import Formats

/// Where a job is in its life; each state carries exactly what exists in it.
package enum JobState: Sendable, Equatable {
  case queued
  case running(since: Timestamp)
  /// `since` is nil when the job was cancelled before it ever started.
  case finished(Outcome, since: Timestamp?, at: Timestamp)

  /// How a job ended.
  package enum Outcome: String, Sendable, CaseIterable { case completed, failed, cancelled }

  /// What can happen to a job.
  package enum Event: Sendable, Equatable {
    case claimed(at: Timestamp)
    case ended(Outcome, at: Timestamp)
  }

  /// An event that cannot happen in the state it met.
  package struct IllegalTransition: Error, Sendable, Equatable {
    package let state: JobState
    package let event: Event
  }

  /// The state after `event`; the only place where a job's state changes.
  package func applying(_ event: Event) throws(IllegalTransition) -> JobState {
    switch (self, event) {
    case (.queued, .claimed(let at)): .running(since: at)
    case (.queued, .ended(.cancelled, let at)): .finished(.cancelled, since: nil, at: at)
    case (.running(let since), .ended(let outcome, let at)): .finished(outcome, since: since, at: at)
    case (.queued, .ended), (.running, .claimed), (.finished, _):
      throw IllegalTransition(state: self, event: event)
    }
  }

  /// True when nothing can happen to the job any more.
  package var isFinal: Bool {
    switch self {
    case .queued, .running: false
    case .finished: true
    }
  }

  /// The word in the API and in the table: `queued`, `running`, `completed`, `failed` or `cancelled`.
  package var status: String {
    switch self {
    case .queued: "queued"
    case .running: "running"
    case .finished(let outcome, _, _): outcome.rawValue
    }
  }
}
