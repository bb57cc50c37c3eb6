import Foundation
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

/// The one process table of these tests.
let sharedTable: ProcessTable = {
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
      table: sharedTable, slots: ProcessSlots(count: places),
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
    for word in ["cd", "exit", "source"] {
      await #expect(
        throws: StepFailure(
          "command \"\(word)\" not found in PATH; it is a word of the shell: set shell: true")
      ) { _ = try await processes.run(Command(word)) }
    }
    await #expect(
      throws: StepFailure(
        "command \"A=1\" not found in PATH; set variables by \"environment\", or set shell: true")
    ) { _ = try await processes.run(Command("A=1", ["test"])) }
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

  @Test func `a command that asks for it is told with what it wrote until it was ended`() async throws {
    let ready = AsyncStream.makeStream(of: Void.self)
    var attempt = try attempt()
    attempt.log = StepLog { _, _ in ready.continuation.finish() }
    let processes = live().capability(for: attempt)
    let task = Task {
      var command = Command("sh", ["-c", "echo ready >&2; exec sleep 98764"])
      command.tellsOutputWhenEnded = true
      return try await processes.run(command)
    }
    for await _ in ready.stream {}
    task.cancel()
    let output = try await task.value
    #expect(output.ending == .signalled(SIGTERM))
    #expect(output.stderr == Array("ready\n".utf8))
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

  @Test
  func `one that puts a server into the background may end before that is ready, and it ends with the job`()
    async throws
  {
    let live = live()
    let processes = live.capability(for: try attempt())
    // The server is not ready before the lock of the one that started it is gone.
    let script = """
      exec 9>lock; flock 9
      (exec 9>&-; flock lock true; echo $BASHPID >server; mv server up; exec sleep 98765) &
      exit 7
      """
    let started = try await processes.start(
      Command("bash", ["-c", script]), StartOptions(readiness: .file("up"), successCodes: [0, 7]))
    #expect(started.isReady)
    #expect(ProcessIdentity(of: started.pid)?.isAlive != true)
    let server = try #require(Int32(directory.read("up").prefix { $0.isNumber }))
    #expect(ProcessIdentity(of: server)?.isAlive == true)
    #expect(await live.endJob(job).isEmpty)
    #expect(ProcessIdentity(of: server)?.isAlive != true)
  }

  @Test func `a start that fails tells as much of the output as was asked for`() async throws {
    let processes = try processes()
    var command = shell("printf 0123456789; exit 4")
    command.maxOutputBytes = 4
    let limited = command
    await #expect(
      throws: StepFailure(
        "start sh: it ended before it was ready: exit code 4: 01\n[… 6 bytes left out …]\n89")
    ) {
      _ = try await processes.start(limited, StartOptions(readiness: .file("never"), successCodes: [0]))
    }
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

  private var server: Command {
    shell("echo starting; while ! test -e go; do sleep 0.01; done; echo ready now; exec sleep 98765")
  }

  @Test func `a process that a step ends alone leaves its children to the job`() async throws {
    let live = live()
    let processes = live.capability(for: try attempt())
    let started = try await processes.start(
      shell("sleep 98765 & echo $! > part; mv part child; wait"), StartOptions(readiness: .file("child")))
    let text = try directory.read("child").trimmingCharacters(in: .whitespacesAndNewlines)
    let child = try #require(Int32(text))
    let options = KillOptions(signal: SIGKILL, graceMilliseconds: 1000, tree: false)
    let result = try await processes.kill(.pid(started.pid), options)
    #expect(result == KillResult(pid: started.pid, killed: true, ending: .signalled(SIGKILL)))
    #expect(ProcessIdentity(of: child)?.isAlive == true)
    _ = await live.endJob(job)
    #expect(ProcessIdentity(of: child)?.isAlive != true)
  }

  @Test func `another signal than TERM comes alone, and the rest goes after the grace`() async throws {
    let processes = try processes()
    let started = try await processes.start(
      shell("trap 'exit 7' INT; sleep 98765 & touch up; wait"), StartOptions(readiness: .file("up")))
    let result = try await processes.kill(
      .step("build"), KillOptions(signal: SIGINT, graceMilliseconds: 5000, tree: true))
    #expect(result == KillResult(pid: started.pid, killed: true, ending: .exited(code: 7)))
    let ended = try await processes.start(
      shell("while ! test -e end; do sleep 0.01; done; exit 3"), StartOptions())
    try directory.write("", to: "end")
    while ProcessIdentity(of: ended.pid)?.isAlive == true { await Task.yield() }
    let over = try await processes.kill(
      .step("build"), KillOptions(signal: SIGTERM, graceMilliseconds: 0, tree: true))
    #expect(over.ending == .exited(code: 3))
  }

  @Test func `a cancelled step cuts the grace of what it ends`() async throws {
    let processes = try processes()
    let started = try await processes.start(
      shell("trap 'touch asked' TERM; touch up; while :; do sleep 98765 & wait; done"),
      StartOptions(readiness: .file("up")))
    let step = Task {
      await failure {
        try await processes.kill(
          .step("build"), KillOptions(signal: SIGTERM, graceMilliseconds: 3_600_000, tree: true))
      }
    }
    while !directory.contains("asked") { await Task.yield() }
    step.cancel()
    #expect(await step.value == .cancelled)
    #expect(ProcessIdentity(of: started.pid)?.isAlive != true)
  }

  @Test func `a port that another process has is no sign, and a start tells what was said`() async throws {
    let taken = try LoopbackServer { _ in .last("") }
    let processes = try processes()
    await #expect(
      throws: StepFailure("start sh: port \(taken.port) is taken already by another process")
    ) { _ = try await processes.start(shell("true"), StartOptions(readiness: .port(Int(taken.port)))) }
    await #expect(
      throws: StepFailure("start sh: it ended before it was ready: exit code 4: no such key")
    ) {
      _ = try await processes.start(
        shell("echo no such key >&2; exit 4"), StartOptions(readiness: .logPattern("x")))
    }
    await #expect(throws: StepFailure(.badParameters, "wait for port 0: ports go from 1 to 65535")) {
      _ = try await processes.start(shell("true"), StartOptions(readiness: .port(0)))
    }
  }

  @Test func `a process that is not ready in time is ended with its tree`() async throws {
    let processes = try processes()
    await #expect(throws: StepFailure("start sh: it was not ready after 1 s: it made no file never")) {
      _ = try await processes.start(
        shell("echo $$ > pid; exec sleep 98765"),
        StartOptions(readiness: .file("never"), readyTimeoutSeconds: 1))
    }
    let pid = try #require(Int32(try directory.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(ProcessIdentity(of: pid)?.isAlive != true)
  }

  @Test func `a cancel while a process is not ready ends it`() async throws {
    let processes = try processes()
    let command = shell("echo $$ > pid; exec sleep 98765")
    let task = Task { try await processes.start(command, StartOptions(readiness: .file("never"))) }
    while (try? directory.read("pid").hasSuffix("\n")) != true { await Task.yield() }
    task.cancel()
    #expect(await failure { try await task.value } == .cancelled)
    let pid = try #require(Int32(try directory.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(ProcessIdentity(of: pid)?.isAlive != true)
  }

  /// Two daemons, one after the other, that know of each other's detached processes.
  private func detaching() -> ProcessesLive {
    var surroundings = ProcessesLive.Surroundings(
      environment: ChildEnvironment(inherited: ["PATH": "/usr/bin:/bin"]), killGrace: .milliseconds(200))
    mkdir(directory / "known", 0o700)
    surroundings.detached = DetachedProcesses(directory: directory / "known")
    return ProcessesLive(table: sharedTable, slots: ProcessSlots(count: 1), surroundings: surroundings)
  }

  @Test func `a detached process outlives its job and is taken over by the next`() async throws {
    let first = detaching()
    let options = StartOptions(readiness: .logPattern("^ready"), detach: true)
    try directory.write("", to: "go")
    let started = try await first.capability(for: try attempt()).start(server, options)
    #expect(started.isNew)
    #expect(try directory.read("build.log") == "starting\nready now\n")
    #expect(await first.endJob(job).isEmpty)
    #expect(ProcessIdentity(of: started.pid)?.isAlive == true)

    let second = detaching()
    let processes = second.capability(for: try attempt())
    let again = try await processes.start(server, options)
    #expect(again == StartedProcess(pid: started.pid, isNew: false, isReady: true, log: started.log))
    // Whoever asks for something else gets a process of its own.
    let other = try await processes.start(Command("sleep", ["98764"]), StartOptions(detach: true))
    #expect(other.pid != started.pid)
    let kill = KillOptions(signal: SIGTERM, graceMilliseconds: 1000, tree: true)
    #expect(try await processes.kill(.pid(other.pid), kill).killed)
    #expect(
      try await processes.kill(.step("build"), kill)
        == KillResult(pid: started.pid, killed: true, ending: nil))
    #expect(ProcessIdentity(of: started.pid)?.isAlive != true)
  }

  @Test func `a detached process is ended by its pid from another job`() async throws {
    let first = detaching()
    let started = try await first.capability(for: try attempt()).start(
      Command("sleep", ["98763"]), StartOptions(detach: true))
    _ = await first.endJob(job)
    let processes = detaching().capability(for: try attempt())
    let alone = KillOptions(signal: SIGTERM, graceMilliseconds: 1000, tree: false)
    #expect(try await processes.kill(.pid(started.pid), alone).killed)
    #expect(ProcessIdentity(of: started.pid)?.isAlive != true)
  }

  @Test func `a detached process that nobody wrote down is known by its marker`() async throws {
    let options = StartOptions(detach: true)
    let started = try await detaching().capability(for: try attempt()).start(
      Command("sleep", ["98762"]), options)
    for name in directory.entries("known") { unlink(directory / "known/" + name) }
    let processes = detaching().capability(for: try attempt())
    let again = try await processes.start(Command("sleep", ["98762"]), options)
    #expect(again == StartedProcess(pid: started.pid, isNew: false, isReady: true, log: started.log))
    let kill = KillOptions(signal: SIGKILL, graceMilliseconds: 0, tree: true)
    #expect(try await processes.kill(.step("build"), kill).killed)
  }
}
