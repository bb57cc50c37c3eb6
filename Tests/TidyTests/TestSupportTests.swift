import Foundation
import TestSupport
import Testing

/// The machinery that other tests stand on: what it promises is checked here once.
@Suite struct TestSupportTests {
  @Test func `a process gives its output, its errors and its exit code`() async throws {
    let record = try await TestProcess.run("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"])
    #expect(record.output == "out\n")
    #expect(record.error == "err\n")
    #expect(record.ending == .exited(3))
  }

  @Test func `a process that runs past its time-out is killed with its children`() async throws {
    let record = try await TestProcess.run(
      "/bin/sh", ["-c", "sleep 600 & sleep 600"], timeout: .milliseconds(200))
    #expect(record.ending == .timedOut)
  }

  @Test func `a line is seen as soon as it is printed`() async throws {
    let process = try TestProcess("/bin/sh", ["-c", "echo ready on port 7; exec cat"], timeout: .seconds(20))
    #expect(try await process.waitForLine(containing: "ready") == "ready on port 7")
    process.send(SIGTERM)
    #expect(try await process.ended().ending != nil)
  }

  @Test func `a line that never comes is an error that shows what came`() async throws {
    let process = try TestProcess("/bin/sh", ["-c", "echo something else"])
    await #expect(throws: TestSupportError.self) { try await process.waitForLine(containing: "ready") }
  }

  @Test func `input, directory and environment reach the process`() async throws {
    let directory = try TemporaryDirectory()
    let record = try await TestProcess.run(
      "/bin/sh", ["-c", "cat; pwd; echo $WORD"], environment: ["WORD": "given", "PATH": "/usr/bin:/bin"],
      directory: directory.path, input: "in\n")
    #expect(record.output == "in\n\(directory.path)\ngiven\n")
  }

  @Test func `a temporary directory goes with its last reference`() throws {
    var directory: TemporaryDirectory? = try TemporaryDirectory()
    let path = try #require(directory?.path)
    try directory?.write("text", to: "deep/file")
    chmod(path + "/deep", 0)
    directory = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `an observed value wakes who waits for it and tells who waited in vain`() async throws {
    let count = Observed(0)
    Thread.detachNewThread { for _ in 0..<3 { count.update { $0 += 1 } } }
    #expect(try await count.wait("three") { $0 == 3 } == 3)
    let failure = await #expect(throws: TestSupportError.self) {
      try await count.wait("four", timeout: .milliseconds(10)) { $0 == 4 }
    }
    #expect(failure?.description == "waited 0.01 seconds for four; what there is: 3")
  }

  @Test func `what a service tells its supervisor is seen`() async throws {
    let directory = try TemporaryDirectory()
    let notices = try NotifySocket(in: directory)
    let environment = ["NOTIFY_SOCKET": notices.path, "PATH": "/usr/bin:/bin"]
    try await TestProcess.run("systemd-notify", ["--ready", "--status=up"], environment: environment)
    try await notices.messages.wait("both") { $0.contains("READY=1") && $0.contains("STATUS=up") }
  }

  @Test func `the end of a process is told even while nobody waits`() async throws {
    let isOver = Observed(false)
    let process = try TestProcess("/bin/true")
    process.whenEnded { isOver.update { $0 = true } }
    try await isOver.wait("the end") { $0 }
  }

  @Test func `a difference names the lines of both sides`() {
    #expect(Diff.lines(expected: "a\nb\nc", actual: "a\nB\nc") == "-2: b\n+2: B")
    #expect(Diff.lines(expected: "same", actual: "same") == nil)
  }
}
