import MissionModel
import Posix

/// The places for running processes over all jobs, given to jobs in turn: `limits.max_running_processes`.
///
/// A job with a thousand ready steps gets one place a round, as one with a single step does.
package final class ProcessSlots: Sendable {
  fileprivate struct Waiting {
    let id: UInt64
    let continuation: CheckedContinuation<Bool, Never>
  }

  fileprivate struct State {
    var free: Int
    var queues: [JobID: [Waiting]] = [:]
    /// Jobs that wait, the next one first.
    var turns: [JobID] = []
    var lastID: UInt64 = 0
    /// Waits that were cancelled before they began.
    var cancelled: Set<UInt64> = []
  }

  private let state: Lock<State>

  /// Makes as many places as said.
  package init(count: Int) {
    precondition(count > 0, "without a place no process would ever start")
    state = Lock(State(free: count))
  }

  /// Takes a place, when one is free and it is the job's turn.
  ///
  /// - Throws: `.cancelled` when the task is cancelled first.
  func acquire(for job: JobID) async throws(StepFailure) {
    let id = state.withLock { state -> UInt64? in
      if state.free > 0, state.turns.isEmpty {
        state.free -= 1
        return nil
      }
      state.lastID += 1
      return state.lastID
    }
    guard let id else { return }
    let hasPlace = await withTaskCancellationHandler {
      await withCheckedContinuation { self.wait(Waiting(id: id, continuation: $0), for: job) }
    } onCancel: {
      giveUp(id, of: job)
    }
    if !hasPlace { throw .cancelled }
  }

  /// How many wait for a place.
  var waitingCount: Int { state.withLock { state in state.queues.values.reduce(0) { $0 + $1.count } } }

  /// Gives a place back.
  func release() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      state.free += 1
      return state.takeTurn()
    }
    next?.resume(returning: true)
  }

  private func wait(_ waiting: Waiting, for job: JobID) {
    let answer = state.withLock { state -> (CheckedContinuation<Bool, Never>, Bool)? in
      if state.cancelled.remove(waiting.id) != nil { return (waiting.continuation, false) }
      if state.queues[job] == nil { state.turns.append(job) }
      state.queues[job, default: []].append(waiting)
      // A place may have come free since it was asked for.
      return state.takeTurn().map { ($0, true) }
    }
    answer?.0.resume(returning: answer?.1 ?? false)
  }

  private func giveUp(_ id: UInt64, of job: JobID) {
    let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard let index = state.queues[job]?.firstIndex(where: { $0.id == id }) else {
        // Not yet waiting, or already served; the first finds this, the second never asks.
        state.cancelled.insert(id)
        return nil
      }
      let waiting = state.queues[job]?.remove(at: index)
      state.dropIfEmpty(job)
      return waiting?.continuation
    }
    waiting?.resume(returning: false)
  }
}

extension ProcessSlots.State {
  /// Takes a free place for whoever is next.
  fileprivate mutating func takeTurn() -> CheckedContinuation<Bool, Never>? {
    guard free > 0, let job = turns.first, let next = queues[job]?.first else { return nil }
    free -= 1
    turns.removeFirst()
    queues[job]?.removeFirst()
    if queues[job]?.isEmpty == true { queues[job] = nil } else { turns.append(job) }
    return next.continuation
  }

  fileprivate mutating func dropIfEmpty(_ job: JobID) {
    guard queues[job]?.isEmpty == true else { return }
    queues[job] = nil
    turns.removeAll { $0 == job }
  }
}
