import Glibc

/// What this process uses right now, for metrics. The sources are `proc_pid_stat(5)` and `getrusage(2)`.
package struct ProcessStatistics: Sendable {
  /// Memory that is in RAM.
  package let residentBytes: Int64
  /// Descriptors in use.
  package let openDescriptors: Int
  /// Threads, the first included.
  package let threads: Int
  /// Processor time in the program.
  package let userSeconds: Double
  /// Processor time in the kernel.
  package let systemSeconds: Double

  /// Reads them; reads files of the kernel, which do not block.
  package static func current() throws(Errno) -> ProcessStatistics {
    let file = try FileDescriptor.open("/proc/self/stat", O_RDONLY)
    let text = String(decoding: try file.readAll(limit: 4096), as: UTF8.self)
    // The second field is the program's name in brackets, which may hold anything: count from its end.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    func field(_ number: Int) -> Int64 { fields.count > number - 2 ? Int64(fields[number - 2]) ?? 0 : 0 }
    return ProcessStatistics(
      residentBytes: field(24) * Int64(sysconf(CInt(_SC_PAGESIZE))),
      openDescriptors: try countDescriptors(),
      threads: Int(field(20)),
      userSeconds: seconds(usage.ru_utime), systemSeconds: seconds(usage.ru_stime))
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  private static func countDescriptors() throws(Errno) -> Int {
    guard let directory = opendir("/proc/self/fd") else { throw Errno(errno, "open", "/proc/self/fd") }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count - 3  // ".", "..", and the directory itself
  }
}
