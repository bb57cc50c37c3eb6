import Synchronization

/// Knows roughly how many more jobs may wait, so that a submission need not count the queue.
///
/// It starts from a count and goes down with each submission; once used up, the queue is counted anew. A
/// word that is exchanged, and no actor: a submission would change threads twice for it.
final class QueueRoom: Sendable {
  let limit: Int
  private let left = Atomic(0)

  init(limit: Int) { self.limit = limit }

  /// Takes a place that is known to be free; false if the queue has to be counted.
  func take() -> Bool {
    var seen = left.load(ordering: .relaxed)
    while seen > 0 {
      let (isTaken, found) = left.compareExchange(expected: seen, desired: seen - 1, ordering: .relaxed)
      if isTaken { return true }
      seen = found
    }
    return false
  }

  /// Keeps what a count has found.
  func counted(_ queued: Int) { left.store(max(0, limit - queued), ordering: .relaxed) }
}
