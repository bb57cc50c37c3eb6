import CLinux

/// How a child ended, and what it used.
package struct ChildEnding: Sendable, Equatable {
  /// Its own word, or the signal that ended it.
  package enum Status: Sendable, Equatable {
    case exited(code: Int32)
    case signalled(Int32)
  }

  package let status: Status
  package let userMicroseconds: Int64
  package let systemMicroseconds: Int64
  /// The most memory it had in RAM at once.
  package let maxResidentBytes: Int64

  init(_ exit: linux_exit) {
    status = exit.signaled != 0 ? .signalled(exit.status) : .exited(code: exit.status)
    userMicroseconds = exit.user_microseconds
    systemMicroseconds = exit.system_microseconds
    maxResidentBytes = exit.max_rss_bytes
  }
}

/// A process as people name it.
package struct ProcessName: Sendable, Equatable, CustomStringConvertible {
  package let pid: Int32
  /// The first 15 bytes of the program's name. See `comm` in `proc_pid_stat(5)`.
  package let name: String

  /// Names a process.
  package init(pid: Int32, name: String) {
    self.pid = pid
    self.name = name
  }

  package var description: String { "\(name) (\(pid))" }
}

/// How an attempt's whole tree ended.
package struct TreeEnding: Sendable, Equatable {
  /// The main process's end.
  package let main: ChildEnding
  /// Processes that were still there a while after it, and were ended.
  package var leftOver: [ProcessName] = []
  /// Processes that may not be signalled or did not go, and may be there still.
  package var unkillable: [ProcessName] = []
  /// Whether the kernel killed one of the tree because a memory limit was reached; only known with control
  /// groups.
  package var ranOutOfMemory = false
  /// Whether a process could not be made because of `pids.max`; only known with control groups.
  package var ranOutOfProcesses = false
  /// Whether the tree was ended from outside before the main process had exited.
  package var wasTerminated = false
}
