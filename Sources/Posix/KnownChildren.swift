import CLinux

/// The children that somebody in this process waits for by pidfd: nobody else may reap them or take them
/// for orphans.
enum KnownChildren {
  private static let pids = Lock<Set<Int32>>([])

  /// Takes note of a start; called on the spawn thread, right after it.
  static func noteStart(of pid: Int32?) {
    if let pid { remember(pid) }
    linux_spawn_noted()
  }

  /// Takes back what `forget` did: the child lives on.
  static func remember(_ pid: Int32) { _ = pids.withLock { $0.insert(pid).inserted } }

  /// Forgets a child that is about to be reaped; afterwards its number may come again.
  static func forget(_ pid: Int32) { _ = pids.withLock { $0.remove(pid) != nil } }

  /// Whether a child was started by the spawn thread and has not been reaped.
  ///
  /// Between clone and note it counts as well: what is being started is asked for first.
  static func contains(_ pid: Int32) -> Bool {
    if linux_spawn_starting() == pid { return true }
    return pids.withLock { $0.contains(pid) }
  }
}
