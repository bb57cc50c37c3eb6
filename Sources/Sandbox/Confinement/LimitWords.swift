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
  ///
  /// - Parameter controllers: what the attempt's control group bounded.
  static func reached(
    _ ending: TreeEnding, _ limits: MissionConfig.ProcessLimits, controllers: Set<String>, stderr: [UInt8]
  ) -> String? {
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
    if let count = limits.processes, let words = processWords(ending, count, controllers, stderr) {
      return words
    }
    if let bytes = limits.memoryBytes, ending.ranOutOfMemory || says(stderr, memoryWords) {
      return "it ran out of memory: limits.memory_bytes is \(ByteSize.describe(Int64(bytes)))"
    }
    if let count = limits.openFiles, says(stderr, ["Too many open files"]) {
      return "it had too many open files: limits.open_files is \(count)"
    }
    return nil
  }

  /// A control group knows whether it refused a process, so nothing else is asked there. `RLIMIT_NPROC`
  /// counts all processes and threads of the user, the daemon's and other jobs' too: the step may have had
  /// few.
  private static func processWords(
    _ ending: TreeEnding, _ count: Int, _ controllers: Set<String>, _ stderr: [UInt8]
  ) -> String? {
    if controllers.contains("pids") {
      return ending.ranOutOfProcesses ? "it had too many processes: limits.processes is \(count)" : nil
    }
    guard ForkFailure.isTold(in: end(of: stderr)) else { return nil }
    return "its user had too many processes: limits.processes is \(count), and without a control group "
      + "everything counts that this user runs, threads too"
  }

  private static let memoryWords = [
    "Cannot allocate memory", "MemoryError", "bad_alloc", "memory exhausted", "out of memory",
    "Out of memory", "OutOfMemory",
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
    let end = end(of: stderr)
    return words.contains { end.contains($0) }
  }

  private static func end(of stderr: [UInt8]) -> String {
    String(decoding: stderr.suffix(8192), as: UTF8.self)
  }
}
