/// Knows roughly how many more jobs may wait, so that a submission need not count the queue.
///
/// It starts from a count and goes down with each submission; once used up, the queue is counted anew.
actor QueueRoom {
  nonisolated let limit: Int
  private var left = 0

  init(limit: Int) { self.limit = limit }

  /// Takes a place that is known to be free; false if the queue has to be counted.
  func take() -> Bool {
    guard left > 0 else { return false }
    left -= 1
    return true
  }

  /// Keeps what a count has found.
  func counted(_ queued: Int) { left = max(0, limit - queued) }
}
