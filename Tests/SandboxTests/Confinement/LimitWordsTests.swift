import CLinux
import Glibc
import MissionModel
import Testing

@testable import Posix
@testable import Sandbox

@Suite struct LimitWordsTests {
  private var limits: MissionConfig.ProcessLimits {
    var limits = MissionConfig.ProcessLimits()
    (limits.memoryBytes, limits.cpuSeconds, limits.processes) = (64 << 20, 2, 10)
    (limits.openFiles, limits.fileBytes) = (16, 1 << 20)
    return limits
  }

  private func ending(code: Int32 = 0, signal: Int32? = nil, seconds: Int64 = 0) -> TreeEnding {
    var exit = linux_exit()
    exit.status = signal ?? code
    exit.signaled = signal == nil ? 0 : 1
    exit.user_microseconds = seconds * 1_000_000
    return TreeEnding(main: ChildEnding(exit))
  }

  private func words(
    _ ending: TreeEnding, _ stderr: String = "", controllers: Set<String> = []
  ) -> String? {
    LimitWords.reached(ending, limits, controllers: controllers, stderr: Array(stderr.utf8))
  }

  @Test func `a signal of the kernel tells which limit it was`() {
    #expect(words(ending(signal: SIGXCPU)) == "it used up limits.cpu_seconds (2 s of processor time)")
    #expect(words(ending(code: 128 + SIGXCPU)) == "it used up limits.cpu_seconds (2 s of processor time)")
    #expect(
      words(ending(signal: SIGKILL, seconds: 4)) == "it used up limits.cpu_seconds (2 s of processor time)")
    #expect(words(ending(signal: SIGKILL)) == nil)
    #expect(words(ending(signal: SIGXFSZ)) == "a file would have passed limits.file_bytes (1 MiB)")
  }

  @Test func `the control group's word counts`() {
    var memory = ending(signal: SIGKILL)
    memory.ranOutOfMemory = true
    #expect(words(memory) == "it ran out of memory: limits.memory_bytes is 64 MiB")
    var processes = ending(code: 1)
    processes.ranOutOfProcesses = true
    #expect(
      words(processes, controllers: ["pids"]) == "it had too many processes: limits.processes is 10")
  }

  @Test(arguments: [
    ("dd: write error: File too large", "a file would have passed limits.file_bytes (1 MiB)"),
    ("MemoryError", "it ran out of memory: limits.memory_bytes is 64 MiB"),
    ("open: Too many open files", "it had too many open files: limits.open_files is 16"),
    ("it is broken", nil),
  ])
  func `a program's own words are looked at where nobody else tells`(stderr: String, said: String?) {
    #expect(words(ending(code: 1), stderr) == said)
    #expect(words(ending(code: 0), stderr) == nil, "what succeeds reached no limit")
    #expect(
      LimitWords.reached(ending(code: 1), .init(), controllers: [], stderr: Array(stderr.utf8)) == nil)
  }

  @Test func `without a control group the user's processes are what was too many`() {
    #expect(
      words(ending(code: 1), "sh: 1: Cannot fork")
        == "its user had too many processes: limits.processes is 10, and without a control group everything "
        + "counts that this user runs, threads too")
    #expect(words(ending(code: 0), "sh: 1: Cannot fork") == nil, "what succeeds reached no limit")
    #expect(
      LimitWords.reached(ending(code: 1), .init(), controllers: [], stderr: Array("Cannot fork".utf8)) == nil)
  }

  @Test func `where a control group counts the processes, no text of a program counts`() {
    #expect(words(ending(code: 1), "sh: 1: Cannot fork", controllers: ["pids"]) == nil)
    #expect(words(ending(code: 1), "sh: 1: Cannot fork", controllers: ["memory"]) != nil)
  }
}
