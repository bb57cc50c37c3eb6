import CLinux
import Glibc

/// One process as `/proc` shows it.
package struct ProcessEntry: Sendable, Equatable {
  package let pid: Int32
  package let parent: Int32
  package let session: Int32
  package let name: String
  /// It has ended, and its parent has not yet taken note.
  package let isZombie: Bool
  /// Ticks of `sysconf(_SC_CLK_TCK)` from boot to its start: with the pid, it names a process for good.
  package let startTicks: UInt64
  /// The value of the marker variable in its environment; nil where there is none or it may not be read.
  package var marker: String?

  /// Describes a process; for tests of what is decided over them.
  init(
    pid: Int32, parent: Int32, session: Int32, name: String = "x", isZombie: Bool = false,
    startTicks: UInt64 = 1, marker: String? = nil
  ) {
    self.pid = pid
    self.parent = parent
    self.session = session
    self.name = name
    self.isZombie = isZombie
    self.startTicks = startTicks
    self.marker = marker
  }

  /// Reads the contents of `/proc/PID/stat`; nil where they are damaged.
  init?(stat: String) {
    // The name stands in brackets and may hold brackets and spaces itself: it ends at the last one.
    guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"),
      let pid = Int32(stat[..<open].dropLast()), close < stat.index(before: stat.endIndex)
    else { return nil }
    let fields = stat[stat.index(close, offsetBy: 2)...].split(separator: " ")
    guard fields.count > 19, let parent = Int32(fields[1]), let session = Int32(fields[3]),
      let startTicks = UInt64(fields[19])
    else { return nil }
    self.init(
      pid: pid, parent: parent, session: session, name: String(stat[stat.index(after: open)..<close]),
      isZombie: fields[0] == "Z" || fields[0] == "X", startTicks: startTicks)
  }

  /// What a warning calls it.
  package var processName: ProcessName { ProcessName(pid: pid, name: name) }
}

/// Reads `/proc`, which takes some microseconds a process.
package enum ProcessSnapshot {
  /// All processes that began at `since` or later, with their markers. May block: never call it on the event
  /// loop.
  ///
  /// Earlier ones cannot belong to what began then, and reading an environment costs most.
  package static func take(since: UInt64 = 0, marker: String = ProcessTable.markerName) -> [ProcessEntry] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var entries: [ProcessEntry] = []
    while let found = readdir(directory) {
      let pid = withUnsafePointer(to: &found.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { Int32(atoi($0)) }
      }
      guard pid > 0, var entry = entry(of: pid), entry.startTicks >= since else { continue }
      if !entry.isZombie { entry.marker = Self.marker(of: pid, named: marker) }
      entries.append(entry)
    }
    return entries
  }

  /// One process, without its marker; nil where there is none.
  package static func entry(of pid: Int32) -> ProcessEntry? {
    guard let bytes = read("/proc/\(pid)/stat", limit: 4096) else { return nil }
    return ProcessEntry(stat: String(decoding: bytes, as: UTF8.self))
  }

  /// Whether a process, and all that come of it, can gain no privileges any more; nil where it has ended. See
  /// `PR_SET_NO_NEW_PRIVS` of `prctl(2)`.
  package static func hasNoNewPrivileges(_ pid: Int32) -> Bool? {
    guard let bytes = read("/proc/\(pid)/status", limit: 1 << 16) else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return lines.first { $0.starts(with: "NoNewPrivs:".utf8) }.map { $0.last == UInt8(ascii: "1") }
  }

  /// Generations that are looked back.
  static let mostGenerations = 64

  /// Whether a process is `ancestor` or came of it, by the parents that are there now; nil where nobody can
  /// say, since one of them ended meanwhile or there are too many.
  package static func descends(_ pid: Int32, from ancestor: Int32) -> Bool? {
    var pid = pid
    for _ in 0..<mostGenerations {
      if pid == ancestor { return true }
      guard pid > 1 else { return false }
      guard let entry = entry(of: pid) else {
        // `/proc` may hide other users' processes; what may not be signalled is there all the same.
        return kill(pid, 0) != 0 && errno == EPERM ? false : nil
      }
      pid = entry.parent
    }
    return nil
  }

  private static func marker(of pid: Int32, named name: String) -> String? {
    guard let bytes = read("/proc/\(pid)/environ", limit: 4 << 20) else { return nil }
    return value(of: name, in: bytes)
  }

  /// Finds `NAME=value` among null-terminated strings.
  static func value(of name: String, in environment: [UInt8]) -> String? {
    let wanted = Array(name.utf8) + [UInt8(ascii: "=")]
    var start = 0
    while start < environment.count {
      let end = environment[start...].firstIndex(of: 0) ?? environment.count
      if environment[start..<end].starts(with: wanted) {
        return String(decoding: environment[(start + wanted.count)..<end], as: UTF8.self)
      }
      start = end + 1
    }
    return nil
  }

  private static func read(_ path: String, limit: Int) -> [UInt8]? {
    // Files of a process go with it, at any moment.
    guard let file = try? FileDescriptor.open(path, O_RDONLY) else { return nil }
    return try? file.readAll(limit: limit)
  }
}
