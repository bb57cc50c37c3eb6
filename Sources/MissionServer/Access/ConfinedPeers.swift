import Glibc
package import Posix

/// Tells processes that came of confined steps from others of the daemon's user, by what the kernel knows of
/// them.
///
/// A sandbox takes every way to more privileges from a process and from all that come of it, for good: no
/// other parent, session or environment gives it back, nor the end of the daemon. So that is the mark of a
/// confined step. It says nothing where the daemon itself was started with it, as under its unit: there, and
/// where all steps are confined, whatever came of the daemon is taken for a confined step's.
package struct ConfinedPeers: Sendable {
  private let isMarkKnown: Bool
  private let takesDescendants: Bool

  /// Prepares the rule.
  ///
  /// - Parameters:
  ///   - areAllConfined: whether the configuration itself has all steps confined.
  ///   - isMarked: whether this process has no way to more privileges itself.
  package init(
    areAllConfined: Bool, isMarked: Bool = ProcessSnapshot.hasNoNewPrivileges(getpid()) != false
  ) {
    isMarkKnown = !isMarked
    takesDescendants = areAllConfined || isMarked
  }

  /// Whether a process came of a confined step, or may have; of one that has ended (nil) nobody can say.
  package func hold(_ process: ProcessIdentity?) -> Bool {
    guard let process, let isMarked = ProcessSnapshot.hasNoNewPrivileges(process.pid) else { return true }
    if process.pid == getpid() { return false }
    if isMarkKnown, isMarked { return true }
    if takesDescendants, ProcessSnapshot.descends(process.pid, from: getpid()) != false { return true }
    // Looked at last: all that was read was of that very process.
    return !process.isAlive
  }
}
