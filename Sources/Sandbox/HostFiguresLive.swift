import Glibc
package import MissionModel
import Posix

extension HostFigures {
  /// What this host's kernel tells.
  package static let live = HostFigures(
    read: { file in await BlockingWork.files.run { text(of: file) } },
    space: { path throws(StepFailure) in
      let words = FileWords("look at the file system of", path)
      return try await BlockingWork.files.run { () throws(StepFailure) in
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw words.failure(Errno(errno, "look at")) }
        let block = Int64(status.f_frsize)
        return DiskSpace(
          total: Int64(status.f_blocks) * block, free: Int64(status.f_bfree) * block,
          available: Int64(status.f_bavail) * block)
      }
    })

  private static func text(of file: File) -> String? {
    switch file {
    case .processors: contents("/proc/stat")
    case .load: contents("/proc/loadavg")
    case .memory: contents("/proc/meminfo")
    case .network: contents("/proc/net/dev")
    case .pressure(let resource): contents("/proc/pressure/\(resource.rawValue)")
    case .process(let pid): contents("/proc/\(pid)/stat")
    case .processStatus(let pid): contents("/proc/\(pid)/status")
    case .memoryLimit:
      contents("/proc/self/cgroup").flatMap { smallestLimit(group: $0, in: "/sys/fs/cgroup") }
    }
  }

  /// The smallest of the limits from a process's group up to the top; nil where there is none.
  static func smallestLimit(group: String, in mount: String) -> String? {
    guard let line = group.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else { return nil }
    var parts = line.dropFirst(3).split(separator: "/").filter { $0 != ".." }
    var least: Int64?
    while true {
      let folder = ([mount] + parts.map(String.init)).joined(separator: "/")
      if let text = contents(folder + "/memory.max"), let limit = Int64(text.prefix { $0.isNumber }) {
        least = min(least ?? limit, limit)
      }
      guard parts.popLast() != nil else { return least.map { String($0) } }
    }
  }

  /// Files of the kernel say that they are empty and are not; those that cannot be read are not there.
  private static func contents(_ path: String) -> String? {
    guard let file = try? FileDescriptor.open(path, O_RDONLY), let bytes = try? file.readAll(limit: 1 << 20)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
