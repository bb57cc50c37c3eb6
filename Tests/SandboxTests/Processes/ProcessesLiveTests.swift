import Foundation
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

/// The one process table of these tests.
private let table: ProcessTable = {
  guard let loop = try? EventLoop(name: "processes"), let table = try? ProcessTable(loop: loop, groups: nil)
  else {
    fatalError("no process table")
  }
  return table
}()

@Suite(.serialized) struct ProcessesLiveTests {
  private let directory: TemporaryDirectory
  private let job = JobID("01890000-0000-7000-8000-000000000001") ?? { fatalError("a good id") }()
  private let logged = Lock([UInt8]())

  init() throws { directory = try TemporaryDirectory() }

  private func live(
    environment: ChildEnvironment = ChildEnvironment(inherited: [
      "PATH": "/usr/bin:/bin", "LANG": "C", "X": "no",
    ]),
    places: Int = 4
  ) -> ProcessesLive {
    ProcessesLive(
      table: table, slots: ProcessSlots(count: places),
      surroundings: .init(environment: environment, killGrace: .milliseconds(200)))
  }

  private func attempt(marker: String = "t-\(UUID().uuidString)") throws -> ProcessesLive.Attempt {
    let logged = logged
    return ProcessesLive.Attempt(
      job: job, step: "build", marker: marker, workspace: try WorkspaceLive(directory.path),
      log: StepLog { _, bytes in logged.withLock { $0 += bytes } }, logPath: directory.path + "/build.log",
      patterns: .live())
  }

  private func processes() throws -> Processes { live().capability(for: try attempt()) }

  private func shell(_ script: String) -> Command { Command("sh", ["-c", script]) }

  @Test func `outputs, exit code and usage come back, and the log has everything`() async throws {
    let output = try await processes().run(shell("echo out; echo err >&2; exit 3"))
    #expect(output.ending == .exited(code: 3))
    #expect(output.stdout == Array("out\n".utf8))
    #expect(output.stderr == Array("err\n".utf8))
    #expect(output.usage.maxRSSBytes > 0)
    #expect(output.warnings.isEmpty)
    let log = String(decoding: logged.withLock { $0 }, as: UTF8.self)
    #expect(log == "out\nerr\n" || log == "err\nout\n")
  }

  @Test func `over the limit the first and last halves are kept, and the log has it all`() async throws {
    var command = shell("seq 1 100000")
    command.maxOutputBytes = 20
    let output = try await processes().run(command)
    #expect(output.stdoutTruncated && !output.stderrTruncated)
    #expect(
      String(decoding: output.stdout, as: UTF8.self)
        == "1\n2\n3\n4\n5\n\n[… 588875 bytes left out …]\n99\n100000\n")
    #expect(logged.withLock { $0.count } == 588_895)
  }

  @Test func `a misspelt program is named with what was meant`() async throws {
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/test", withDestinationPath: "/usr/bin/test")
    let environment = ChildEnvironment(inherited: ["PATH": directory.path])
    let processes = live(environment: environment).capability(for: try attempt())
    await #expect(throws: StepFailure("command \"tset\" not found in PATH; did you mean \"test\"?")) {
      _ = try await processes.run(Command("tset"))
    }
    await #expect(throws: StepFailure("command \"qxzjvw-none\" not found in PATH")) {
      _ = try await processes.run(Command("qxzjvw-none"))
    }
    #expect(await processes.find("test") == directory.path + "/test")
    #expect(await processes.find("tset") == nil)
  }

  @Test func `a file that cannot be executed says what to look at`() async throws {
    try "x".write(toFile: directory.path + "/plain", atomically: true, encoding: .utf8)
    let failure = StepFailure(
      "start ./plain: permission denied (13); is it executable, and may this user and the sandbox reach it")
    await #expect(throws: failure) { _ = try await processes().run(Command("./plain")) }
  }

  @Test func `a process works in the workspace, or in a folder of it, and nowhere else`() async throws {
    try FileManager.default.createDirectory(
      atPath: directory.path + "/sub", withIntermediateDirectories: false)
    var command = shell("basename \"$PWD\"; /bin/pwd | tail -c 5")
    command.workingDirectory = "sub"
    #expect(try await processes().run(command).stdout == Array("sub\n/sub\n".utf8))
    command.workingDirectory = "/etc"
    await #expect(throws: StepFailure.self) { _ = try await processes().run(command) }
    command.workingDirectory = "missing"
    await #expect(throws: StepFailure("work in missing: no such file or directory (2)")) {
      _ = try await processes().run(command)
    }
  }

  @Test func `the environment is the contract's`() async throws {
    var command = Command("env")
    command.environment = [("OWN", "1")]
    let marker = "t-\(UUID().uuidString)"
    let output = try await live().capability(for: attempt(marker: marker)).run(command)
    #expect(
      String(decoding: output.stdout, as: UTF8.self)
        == "LANG=C\nOWN=1\nPATH=/usr/bin:/bin\nMISSION_ATTEMPT=\(marker)\n")
  }

  @Test func `input is given`() async throws {
    var command = Command("cat")
    command.input = Array("hello".utf8)
    #expect(try await processes().run(command).stdout == Array("hello".utf8))
  }

  @Test func `a cancel ends the tree and says so`() async throws {
    let ready = AsyncStream.makeStream(of: Void.self)
    var attempt = try attempt()
    attempt.log = StepLog { _, _ in ready.continuation.finish() }
    let processes = live().capability(for: attempt)
    let task = Task {
      try await processes.run(Command("sh", ["-c", "setsid sleep 98765 & echo ready; wait"]))
    }
    for await _ in ready.stream {}
    task.cancel()
    do {
      _ = try await task.value
      Issue.record("it was not cancelled")
    } catch let failure as StepFailure {
      #expect(failure.kind == .cancelled)
      #expect(failure.usage != nil)
    }
    #expect(ProcessSnapshot.take().allSatisfy { $0.marker != attempt.marker || $0.isZombie })
  }

  @Test func `what is left running is ended with a warning`() async throws {
    let output = try await processes().run(shell("setsid sleep 98765 >/dev/null 2>&1 & sleep 0.1"))
    #expect(output.ending == .exited(code: 0))
    #expect(output.warnings.count == 1)
    #expect(output.warnings[0].hasPrefix("ended what the command left running: sleep ("))
    #expect(output.warnings[0].hasSuffix("); what shall stay is a process_start"))
  }

  @Test func `a signal's number comes back`() async throws {
    #expect(try await processes().run(shell("kill -9 $$")).ending == .signalled(9))
  }

  @Test func `no more processes run at once than there are places`() async throws {
    let processes = live(places: 1).capability(for: try attempt())
    let script = "test ! -e busy || exit 9; touch busy; sleep 0.05; rm busy"
    let codes = try await withThrowingTaskGroup(of: ProcessEnding.self) { group in
      for _ in 0..<4 { group.addTask { try await processes.run(Command("sh", ["-c", script])).ending } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(codes == Array(repeating: .exited(code: 0), count: 4))
  }

  @Test func `a started process is ready when its log says so, and ends with the job`() async throws {
    let live = live()
    let processes = live.capability(for: try attempt())
    let started = try await processes.start(
      Command("sh", ["-c", "echo warming; sleep 0.1; echo listening on 1; exec sleep 98765"]),
      StartOptions(readiness: .logPattern("^listening")))
    #expect(started.isReady)
    #expect(ProcessIdentity(of: started.pid)?.isAlive == true)
    #expect(await live.endJob(job).isEmpty)
    #expect(ProcessIdentity(of: started.pid)?.isAlive != true)
  }

  @Test func `a process that ends before it is ready fails the start`() async throws {
    let processes = try processes()
    await #expect(throws: StepFailure("start sh: it ended before it was ready: exit code 4")) {
      _ = try await processes.start(shell("exit 4"), StartOptions(readiness: .file("never")))
    }
  }

  @Test func `a started process is ended by its step, once`() async throws {
    let live = live()
    let processes = live.capability(for: try attempt())
    let started = try await processes.start(Command("sleep", ["98765"]), StartOptions())
    let options = KillOptions(signal: SIGTERM, graceMilliseconds: 1000, tree: true)
    let result = try await processes.kill(.step("build"), options)
    #expect(result == KillResult(pid: started.pid, killed: true, ending: .signalled(SIGTERM)))
    await #expect(
      throws: StepFailure(
        "kill \(started.pid): no process_start of this job started it, or it has been ended")
    ) { _ = try await processes.kill(.pid(started.pid), options) }
  }
}
