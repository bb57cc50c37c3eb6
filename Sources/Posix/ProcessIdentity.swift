import Glibc

/// A process for good: a pid alone is given to another process one day.
package struct ProcessIdentity: Sendable, Hashable {
  package let pid: Int32
  /// Ticks from boot to its start. See `starttime` in `proc_pid_stat(5)`.
  package let startTicks: UInt64
  /// The kernel's name for this boot.
  package let bootID: String

  /// Names a process from what was recorded of it.
  package init(pid: Int32, startTicks: UInt64, bootID: String) {
    self.pid = pid
    self.startTicks = startTicks
    self.bootID = bootID
  }

  /// Looks at a living process; nil where there is none.
  package init?(of pid: Int32) {
    guard let entry = ProcessSnapshot.entry(of: pid), let bootID = Self.currentBootID else { return nil }
    self.init(pid: pid, startTicks: entry.startTicks, bootID: bootID)
  }

  /// Whether that very process still lives; one that has ended and waits to be reaped does not.
  package var isAlive: Bool {
    guard bootID == Self.currentBootID, let entry = ProcessSnapshot.entry(of: pid) else { return false }
    return entry.startTicks == startTicks && !entry.isZombie
  }

  /// This boot's name, from `/proc/sys/kernel/random/boot_id`.
  package static let currentBootID: String? = {
    guard let file = try? FileDescriptor.open("/proc/sys/kernel/random/boot_id", O_RDONLY),
      let bytes = try? file.readAll(limit: 64)
    else { return nil }
    return String(decoding: bytes.prefix { $0 > 32 }, as: UTF8.self)
  }()

  /// The file that this process was started from, for children that are to be the same program; empty
  /// where `/proc` is not there.
  package static let ownProgram: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()
}
