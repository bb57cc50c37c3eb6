/// What is due when, earliest first. Entries that no longer matter are left in and ignored when they fire.
struct TimerQueue {
  /// Something that is due at an instant of `EngineClock.elapsed`.
  enum Action: Equatable, Sendable {
    case timeout(step: Int, attempt: Int)
    case retry(step: Int)
    case deadline
    /// What was held back to be written together.
    case commit
  }

  private var entries: [(at: Duration, action: Action)] = []

  /// The instant of the earliest entry; nil when there is none.
  var next: Duration? { entries.first?.at }

  /// Adds an entry.
  mutating func insert(_ action: Action, at instant: Duration) {
    entries.append((instant, action))
    var child = entries.count - 1
    while child > 0, entries[child].at < entries[(child - 1) / 2].at {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Removes the earliest entry if it is due at `now`.
  mutating func popDue(_ now: Duration) -> Action? {
    guard let first = entries.first, first.at <= now else { return nil }
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < entries.count else { break }
      if child + 1 < entries.count, entries[child + 1].at < entries[child].at { child += 1 }
      guard entries[child].at < entries[parent].at else { break }
      entries.swapAt(child, parent)
      parent = child
    }
    return first.action
  }
}
