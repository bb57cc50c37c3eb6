import Formats
import Glibc
import MissionModel
import Posix

/// Says which limit ended a process, as far as that can be known.
///
/// The kernel tells of processor time and file sizes by a signal, and of memory and processes where there are
/// control groups. Elsewhere the program learns it from a failed call, and its own words are looked at.
enum LimitWords {
  /// The limit with its value, or nil where none was reached.
  static func reached(_ ending: TreeEnding, _ limits: MissionConfig.ProcessLimits, stderr: [UInt8]) -> String?
  {
    guard ending.main.status != .exited(code: 0) else { return nil }
    let signal = signal(of: ending.main.status)
    if let seconds = limits.cpuSeconds,
      signal == SIGXCPU || signal == SIGKILL && usedSeconds(ending.main) >= seconds
    {
      return "it used up limits.cpu_seconds (\(seconds) s of processor time)"
    }
    if let bytes = limits.fileBytes, signal == SIGXFSZ || says(stderr, ["File too large"]) {
      return "a file would have passed limits.file_bytes (\(ByteSize.describe(Int64(bytes))))"
    }
    if let count = limits.processes, ending.ranOutOfProcesses || says(stderr, forkWords) {
      return "it had too many processes: limits.processes is \(count)"
    }
    if let bytes = limits.memoryBytes, ending.ranOutOfMemory || says(stderr, memoryWords) {
      return "it ran out of memory: limits.memory_bytes is \(ByteSize.describe(Int64(bytes)))"
    }
    if let count = limits.openFiles, says(stderr, ["Too many open files"]) {
      return "it had too many open files: limits.open_files is \(count)"
    }
    return nil
  }

  private static let forkWords = [
    "fork: Resource temporarily", "fork: retry: Resource temporarily", "Cannot fork", "can't fork",
    "fork failed", "unable to create native thread", "can't start new thread",
    "Resource temporarily unavailable (os error 11)",
  ]
  private static let memoryWords = [
    "Cannot allocate memory", "MemoryError", "bad_alloc", "memory exhausted", "out of memory",
    "Out of memory",
    "OutOfMemory",
  ]

  /// The signal, also as a shell or bubblewrap passes it on.
  private static func signal(of status: ChildEnding.Status) -> Int32 {
    switch status {
    case .signalled(let signal): signal
    case .exited(let code): code > 128 ? code - 128 : 0
    }
  }

  private static func usedSeconds(_ ending: ChildEnding) -> Int64 {
    (ending.userMicroseconds + ending.systemMicroseconds) / 1_000_000
  }

  private static func says(_ stderr: [UInt8], _ words: [String]) -> Bool {
    let end = String(decoding: stderr.suffix(8192), as: UTF8.self)
    return words.contains { end.contains($0) }
  }
}
