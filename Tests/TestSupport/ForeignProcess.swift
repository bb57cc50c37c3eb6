import CLinux
import Glibc
import Posix

/// A process that a program under test started, killed at `deinit` if it still runs.
///
/// It is held by a descriptor (pidfd_open(2)) and not by its number: once it is gone, its number may be
/// another's, whom a late kill would hit.
package final class ForeignProcess: Sendable {
  private let descriptor: FileDescriptor

  /// Holds a process that runs now, or has ended and not been reaped.
  package init(_ pid: Int32) throws(TestSupportError) {
    let number = linux_pidfd_open(pid)
    guard number >= 0 else { throw TestSupportError("pidfd_open \(pid): errno \(errno)") }
    descriptor = FileDescriptor(owning: number)
  }

  deinit { _ = linux_pidfd_send_signal(descriptor.rawValue, SIGKILL) }
}
