package import HTTP
package import MissionModel
package import Posix

/// Tells who waits for a job that something about it was committed: long polls, event streams, followed logs.
///
/// It carries no news itself. Who is woken reads the job table, which alone says what happened.
package final class JobFeed: Sendable {
  /// What of a job somebody waits for.
  package enum Interest: Sendable {
    /// Whatever is committed.
    case change
    /// Its end alone: who waits for that sleeps through thousands of steps.
    case end
  }

  fileprivate struct Watched {
    var changes = 0
    var ends = 0
    var watchers = 0
    var waiting: [Int: Waiter] = [:]

    func count(of interest: Interest) -> Int { interest == .change ? changes : ends }
  }

  fileprivate struct Waiter {
    let interest: Interest
    let continuation: CheckedContinuation<JobWatch.Wake, Never>
  }

  fileprivate struct State {
    var jobs: [JobID: Watched] = [:]
    var nextToken = 0
    var isClosed = false
  }

  fileprivate let state = Lock(State())

  /// Makes a feed that nobody watches.
  package init() {}

  /// Wakes those who wait for what happened to a job; costs a look-up where nobody does.
  ///
  /// - Parameter isOver: whether the job is, or may be, at its end; if not, who waits for that sleeps on.
  package func publish(_ job: JobID, isOver: Bool) {
    let waiting = state.withLock { state in
      guard var watched = state.jobs[job] else { return [Waiter]() }
      watched.changes += 1
      if isOver { watched.ends += 1 }
      let due = watched.waiting.filter { isOver || $0.value.interest == .change }
      for token in due.keys { watched.waiting[token] = nil }
      state.jobs[job] = watched
      return Array(due.values)
    }
    for waiter in waiting { waiter.continuation.resume(returning: .news) }
  }

  /// Ends every wait, now and later: the daemon drains, and waiting clients get what there is.
  package func close() {
    let waiting = state.withLock { state in
      state.isClosed = true
      let all = state.jobs.values.flatMap(\.waiting.values)
      for job in state.jobs.keys { state.jobs[job]?.waiting = [:] }
      return all
    }
    for waiter in waiting { waiter.continuation.resume(returning: .closed) }
  }

  /// Starts to watch a job. News from here on is not missed, also between two waits.
  package func watch(_ job: JobID, for interest: Interest = .change) -> JobWatch {
    let seen = state.withLock { state in
      state.jobs[job, default: Watched()].watchers += 1
      return state.jobs[job]?.count(of: interest) ?? 0
    }
    return JobWatch(self, job, interest, seen: seen)
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
  private let interest: JobFeed.Interest
  private var seen: Int

  fileprivate init(_ feed: JobFeed, _ job: JobID, _ interest: JobFeed.Interest, seen: Int) {
    self.feed = feed
    self.job = job
    self.interest = interest
    self.seen = seen
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
        if watched.count(of: interest) > seen { return .news }
        if state.isClosed { return .closed }
        if client.isGone { return .gone }
        // Its timer may have found nobody yet.
        if BootTime.now >= deadline { return .timeout }
        state.jobs[job]?.waiting[token] = .init(interest: interest, continuation: continuation)
        return nil
      }
      if let early { continuation.resume(returning: early) }
    }
    seen = feed.state.withLock { $0.jobs[job]?.count(of: interest) ?? 0 }
    return wake
  }

  private func end(_ token: Int, _ wake: Wake) {
    let waiter = feed.state.withLock { $0.jobs[job]?.waiting.removeValue(forKey: token) }
    waiter?.continuation.resume(returning: wake)
  }
}
