package import HTTP
package import MissionModel
package import Posix

/// Tells who waits for a job that something about it was committed: long polls, event streams, followed logs.
///
/// It carries no news itself. Who is woken reads the job table, which alone says what happened.
package final class JobFeed: Sendable {
  fileprivate struct Watched {
    var changes = 0
    var watchers = 0
    var waiting: [Int: CheckedContinuation<JobWatch.Wake, Never>] = [:]
  }

  fileprivate struct State {
    var jobs: [JobID: Watched] = [:]
    var nextToken = 0
    var isClosed = false
  }

  fileprivate let state = Lock(State())

  /// Makes a feed that nobody watches.
  package init() {}

  /// Wakes everybody who watches a job; costs a look-up where nobody does.
  package func publish(_ job: JobID) {
    let waiting = state.withLock { state in
      guard state.jobs[job] != nil else { return [CheckedContinuation<JobWatch.Wake, Never>]() }
      state.jobs[job]?.changes += 1
      defer { state.jobs[job]?.waiting = [:] }
      return state.jobs[job].map { Array($0.waiting.values) } ?? []
    }
    for waiter in waiting { waiter.resume(returning: .news) }
  }

  /// Ends every wait, now and later: the daemon drains, and waiting clients get what there is.
  package func close() {
    let waiting = state.withLock { state in
      state.isClosed = true
      let all = state.jobs.values.flatMap(\.waiting.values)
      for job in state.jobs.keys { state.jobs[job]?.waiting = [:] }
      return all
    }
    for waiter in waiting { waiter.resume(returning: .closed) }
  }

  /// Starts to watch a job. News from here on is not missed, also between two waits.
  package func watch(_ job: JobID) -> JobWatch {
    let changes = state.withLock { state in
      state.jobs[job, default: Watched()].watchers += 1
      return state.jobs[job]?.changes ?? 0
    }
    return JobWatch(self, job, changes: changes)
  }
}

/// One watch on a job; it ends when nobody holds it any more. For one task at a time.
// `seen` is touched by the task that waits alone, as the comment above asks: hence unchecked.
package final class JobWatch: @unchecked Sendable {
  /// Why a wait ended.
  package enum Wake: Sendable, Equatable {
    /// Something was committed since the last look.
    case news
    /// The time was up.
    case timeout
    /// The client has gone.
    case gone
    /// The daemon drains.
    case closed
  }

  private let feed: JobFeed
  private let job: JobID
  private var seen: Int

  fileprivate init(_ feed: JobFeed, _ job: JobID, changes: Int) {
    self.feed = feed
    self.job = job
    seen = changes
  }

  deinit {
    feed.state.withLock { state in
      state.jobs[job]?.watchers -= 1
      if state.jobs[job]?.watchers == 0 { state.jobs[job] = nil }
    }
  }

  /// Waits for news, until an instant or until the client has gone.
  package func wait(until deadline: BootTime, for client: ClientPresence, on loop: EventLoop) async -> Wake {
    let token = feed.state.withLock { state in
      state.nextToken += 1
      return state.nextToken
    }
    loop.execute { [weak self] in
      guard self != nil else { return }
      // A timer that outlives the wait finds nobody to wake.
      _ = loop.schedule(at: deadline) { [weak self] in self?.end(token, .timeout) }
    }
    let presence = client.whenGone { [weak self] in self?.end(token, .gone) }
    defer { client.forget(presence) }
    let wake = await withCheckedContinuation { continuation in
      let early: Wake? = feed.state.withLock { state in
        guard let watched = state.jobs[job] else { preconditionFailure("a watch keeps its job") }
        if watched.changes > seen { return .news }
        if state.isClosed { return .closed }
        if client.isGone { return .gone }
        state.jobs[job]?.waiting[token] = continuation
        return nil
      }
      if let early { continuation.resume(returning: early) }
    }
    seen = feed.state.withLock { $0.jobs[job]?.changes ?? 0 }
    return wake
  }

  private func end(_ token: Int, _ wake: Wake) {
    let waiter = feed.state.withLock { $0.jobs[job]?.waiting.removeValue(forKey: token) }
    waiter?.resume(returning: wake)
  }
}
