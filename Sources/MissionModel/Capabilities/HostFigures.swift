/// Lets a step read what the kernel tells of the host: `/proc`, control groups, file systems.
package struct HostFigures: Sendable {
  /// The text of a file; nil where this kernel has none, or the process is gone.
  package var read: @Sendable (_ file: File) async -> String?
  /// How full the file system at an absolute path is.
  package var space: @Sendable (_ path: String) async throws(StepFailure) -> DiskSpace

  /// Files that may be read: no others.
  package enum File: Sendable, Hashable {
    /// `/proc/stat`, `/proc/loadavg`, `/proc/meminfo`, `/proc/net/dev`.
    case processors, load, memory, network
    /// `/proc/pressure/cpu`, `memory` or `io`.
    case pressure(Resource)
    /// `/proc/PID/stat` and `/proc/PID/status`.
    case process(Int32)
    case processStatus(Int32)
    /// The smallest `memory.max` of the daemon's control group and those above it.
    case memoryLimit

    /// What processes may have to wait for.
    package enum Resource: String, Sendable, CaseIterable { case cpu, memory, io }
  }

  /// Makes the capability of its closures.
  package init(
    read: @escaping @Sendable (File) async -> String?,
    space: @escaping @Sendable (String) async throws(StepFailure) -> DiskSpace
  ) {
    self.read = read
    self.space = space
  }

  /// Tells nothing: what a step gets that did not declare `readsHost`.
  package static let denied = HostFigures(
    read: { _ in nil },
    space: { path throws(StepFailure) in
      throw StepFailure(.denied, "look at \(path): this step type did not declare that it reads the host")
    })
}

/// The size of a file system, in bytes.
package struct DiskSpace: Sendable, Equatable {
  package var total: Int64
  /// Not in use at all.
  package var free: Int64
  /// Free for everybody, without what is kept for root.
  package var available: Int64

  /// Makes a size.
  package init(total: Int64, free: Int64, available: Int64) {
    self.total = total
    self.free = free
    self.available = available
  }
}
