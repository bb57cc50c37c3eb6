import MissionModel
import Posix

/// Who changes which file of this daemon at this instant, in the order in which they asked.
///
/// Files are told apart by where they really are. It holds for the steps of this daemon only: what processes
/// write is theirs to order.
final class PathLocks: Sendable {
  /// The locks of the whole daemon, since two jobs may work in one place.
  static let shared = PathLocks()

  private struct Waiter: Sendable {
    let ticket: Int
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State: Sendable {
    /// Those who wait, by file; a file that nobody changes has no entry.
    var waiting: [[UInt8]: [Waiter]] = [:]
    var nextTicket = 0
  }

  private let state = Lock(State())

  /// Waits for the file at `real`; fails only when the step is told to end meanwhile.
  func take(_ real: [UInt8]) async throws(StepFailure) -> FileLock {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    let isMine = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        enter(real, Waiter(ticket: ticket, continuation: continuation))
      }
    } onCancel: {
      leave(real, ticket)
    }
    guard isMine else { throw .cancelled }
    let isReleased = Lock(false)
    return FileLock {
      let isFirst = isReleased.withLock { isReleased in
        defer { isReleased = true }
        return !isReleased
      }
      if isFirst { self.release(real) }
    }
  }

  private func enter(_ real: [UInt8], _ waiter: Waiter) {
    // A step that was cancelled before it came here would find nobody who takes it out again.
    if Task.isCancelled { return waiter.continuation.resume(returning: false) }
    let isFree = state.withLock { state in
      guard state.waiting[real] != nil else {
        state.waiting[real] = []
        return true
      }
      state.waiting[real]?.append(waiter)
      return false
    }
    if isFree { waiter.continuation.resume(returning: true) }
  }

  private func leave(_ real: [UInt8], _ ticket: Int) {
    let waiter: Waiter? = state.withLock { state in
      guard let index = state.waiting[real]?.firstIndex(where: { $0.ticket == ticket }) else { return nil }
      return state.waiting[real]?.remove(at: index)
    }
    waiter?.continuation.resume(returning: false)
  }

  private func release(_ real: [UInt8]) {
    let next: Waiter? = state.withLock { state in
      guard var waiting = state.waiting[real], !waiting.isEmpty else {
        state.waiting[real] = nil
        return nil
      }
      let next = waiting.removeFirst()
      state.waiting[real] = waiting
      return next
    }
    next?.continuation.resume(returning: true)
  }
}
