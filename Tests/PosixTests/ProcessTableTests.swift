import Glibc
import Testing

@testable import Posix

/// One table for all tests of real children, as a process has one; the tests of it run one after another.
enum Children {
  static let loop: EventLoop = {
    guard let loop = try? EventLoop(name: "children") else { fatalError("no event loop") }
    return loop
  }()
  static let table: ProcessTable = {
    guard let table = try? ProcessTable(loop: loop, groups: nil) else { fatalError("no process table") }
    return table
  }()

  static func marker() -> String { "test-" + Random.bytes(8).map { String($0, radix: 16) }.joined() }

  static func shell(_ script: String) -> SubprocessConfiguration {
    SubprocessConfiguration(
      program: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"])
  }

  /// What a child wrote and how it ended.
  struct Outcome {
    var output = ""
    var errors = ""
    let ending: TreeEnding
  }

  static func run(
    _ configuration: SubprocessConfiguration, in table: ProcessTable = table,
    grace: Duration = .milliseconds(200),
    marker: String = marker()
  ) async throws -> Outcome {
    let written = Lock((output: [UInt8](), errors: [UInt8]()))
    let handle = try await table.start(configuration, attempt: marker) { stream, bytes in
      written.withLock {
        switch stream {
        case .output: $0.output += bytes
        case .errors: $0.errors += bytes
        }
      }
      return .proceed
    }
    let ending = await table.ending(of: handle, grace: grace)
    let (output, errors) = written.withLock { ($0.output, $0.errors) }
    return Outcome(
      output: String(decoding: output, as: UTF8.self), errors: String(decoding: errors, as: UTF8.self),
      ending: ending)
  }

  /// Processes with this marker, or those in whose name it appears, that still live.
  static func living(_ marker: String) -> [ProcessEntry] {
    ProcessSnapshot.take().filter { $0.marker == marker && !$0.isZombie }
  }

  /// A number of seconds that no other process sleeps for, to know a sleeper by.
  static func nap() -> String { "9\(UInt32.random(in: 100_000...999_999)).5" }

  /// Living processes with this word among their arguments.
  static func sleeping(for nap: String) -> [ProcessEntry] {
    ProcessSnapshot.take().filter { entry in
      let words = ControlGroups.text("/proc/\(entry.pid)/cmdline")?.split(separator: "\0") ?? []
      return !entry.isZombie && words.first?.hasSuffix("sleep") == true && words.contains(Substring(nap))
    }
  }

  /// Zombies among our children; another test's child may be one for an instant, so it looks twice.
  static func zombies() async -> [ProcessEntry] {
    var seen = Set(ProcessSnapshot.take().filter { $0.isZombie && $0.parent == getpid() }.map(\.pid))
    try? await loop.sleep(for: .milliseconds(20))
    let later = ProcessSnapshot.take().filter { $0.isZombie && $0.parent == getpid() }
    seen.formIntersection(later.map(\.pid))
    return later.filter { seen.contains($0.pid) }
  }
}

@Suite(.serialized) struct ProcessTableTests {
  @Test func `a child's outputs, exit code and usage come back`() async throws {
    let outcome = try await Children.run(Children.shell("echo out; echo err >&2; exit 3"))
    #expect(outcome.output == "out\n")
    #expect(outcome.errors == "err\n")
    #expect(outcome.ending.main.status == .exited(code: 3))
    #expect(outcome.ending.main.maxResidentBytes > 0)
    #expect(outcome.ending.leftOver.isEmpty)
    #expect(!outcome.ending.wasTerminated)
  }

  @Test func `a signal that ended a child is told`() async throws {
    let outcome = try await Children.run(Children.shell("kill -SEGV $$"))
    #expect(outcome.ending.main.status == .signalled(SIGSEGV))
  }

  @Test func `a child gets exactly the environment it was given, and its marker`() async throws {
    var configuration = SubprocessConfiguration(
      program: "/usr/bin/env", arguments: ["env"], environment: ["A=1", "B=x y"])
    configuration.environment.append("MISSION_ATTEMPT=another")
    let outcome = try await Children.run(configuration, marker: "mark")
    #expect(outcome.output == "A=1\nB=x y\nMISSION_ATTEMPT=mark\n")
  }

  @Test func `a child has its three descriptors and no other`() async throws {
    let extra = open("/dev/null", O_RDONLY)  // without close-on-exec
    defer { close(extra) }
    let outcome = try await Children.run(
      SubprocessConfiguration(program: "/bin/ls", arguments: ["ls", "/proc/self/fd"], environment: []))
    #expect(outcome.output == "0\n1\n2\n3\n")  // 3 is the directory that ls reads
  }

  @Test func `a child has no signal blocked or ignored`() async throws {
    signal(SIGUSR1, SIG_IGN)
    defer { signal(SIGUSR1, SIG_DFL) }
    let outcome = try await Children.run(
      SubprocessConfiguration(
        program: "/bin/grep", arguments: ["grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status"],
        environment: []))
    #expect(outcome.output == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
  }

  @Test func `a child leads a session of its own`() async throws {
    let outcome = try await Children.run(Children.shell("cut -d' ' -f1,6 /proc/self/stat; echo $$"))
    let words = outcome.output.split { $0 == " " || $0 == "\n" }
    #expect(words.count == 3 && words[1] == words[2])
  }

  @Test func `input is given, or there is none`() async throws {
    var configuration = SubprocessConfiguration(
      program: "/usr/bin/wc", arguments: ["wc", "-c"], environment: [])
    #expect(try await Children.run(configuration).output == "0\n")
    configuration.input = .bytes(Array(repeating: 65, count: 300_000))
    #expect(try await Children.run(configuration).output == "300000\n")
    let file = try FileDescriptor.open("/proc/self/stat", O_RDONLY)
    configuration.program = "/usr/bin/head"
    configuration.arguments = ["head", "-c", "2"]
    configuration.input = .descriptor(file.rawValue)
    #expect(try await Children.run(configuration).output.count == 2)
    _ = file.rawValue
  }

  @Test func `directory, file mask and limits are as asked for`() async throws {
    var configuration = Children.shell("pwd; umask; ulimit -n; ulimit -t")
    configuration.directory = .path("/usr")
    configuration.fileMask = 0o027
    configuration.limits = [
      .init(resource: CInt(RLIMIT_NOFILE.rawValue), value: 100), .init(resource: 0, value: 50),
    ]
    #expect(try await Children.run(configuration).output == "/usr\n0027\n100\n50\n")
    let directory = try FileDescriptor.open("/etc", O_RDONLY | O_DIRECTORY)
    configuration.directory = .descriptor(directory.rawValue)
    #expect(try await Children.run(configuration).output.hasPrefix("/etc\n"))
    _ = directory.rawValue
  }

  @Test func `new privileges are refused where asked for`() async throws {
    var configuration = Children.shell("grep NoNewPrivs /proc/self/status")
    configuration.forbidsNewPrivileges = true
    #expect(try await Children.run(configuration).output == "NoNewPrivs:\t1\n")
  }

  @Test(arguments: [
    ("/no/such", ENOENT, "start /no/such: no such file or directory (2)"),
    ("/etc/passwd", EACCES, "start /etc/passwd: permission denied (13)"),
    ("/etc", EACCES, "start /etc: permission denied (13)"),
  ])
  func `a program that cannot be started says why`(program: String, code: CInt, text: String) async throws {
    let configuration = SubprocessConfiguration(program: program, arguments: ["x"], environment: [])
    await #expect(throws: SpawnError(stage: .exec, errno: Errno(code, "start", program))) {
      try await Children.run(configuration)
    }
    #expect(SpawnError(stage: .exec, errno: Errno(code, "start", program)).description == text)
  }

  @Test func `a file that is no program says so`() async throws {
    let path = "/tmp/noexec-\(getpid())"
    let file = try FileDescriptor.open(path, O_CREAT | O_WRONLY, mode: 0o755)
    try file.close()
    defer { unlink(path) }
    await #expect(throws: SpawnError(stage: .exec, errno: Errno(ENOEXEC, "start", path))) {
      try await Children.run(SubprocessConfiguration(program: path, arguments: ["x"], environment: []))
    }
  }

  @Test func `a directory that is not there says so`() async throws {
    var configuration = Children.shell("true")
    configuration.directory = .path("/no/such")
    await #expect(throws: SpawnError(stage: .directory, errno: Errno(ENOENT, "enter directory", "/no/such")))
    {
      try await Children.run(configuration)
    }
  }

  @Test func `a thousand children leave no descriptor and no zombie`() async throws {
    let configuration = SubprocessConfiguration(program: "/bin/true", arguments: ["true"], environment: [])
    _ = try await Children.run(configuration)
    let before = try ProcessStatistics.current().openDescriptors
    for round in 0..<1_000 {
      if round % 10 == 0 {
        var missing = configuration
        missing.program = "/no/such"
        _ = try? await Children.run(missing)
      } else {
        let status = try await Children.run(configuration).ending.main.status
        #expect(status == .exited(code: 0))
      }
    }
    // Other suites open some meanwhile; a leak would be a thousand.
    #expect(try ProcessStatistics.current().openDescriptors <= before + 500)
    #expect(await Children.zombies().isEmpty)
  }

  @Test func `a hundred megabytes pass in constant memory, while the sink pauses now and then`() async throws
  {
    let counted = Lock((bytes: 0, pauses: 0))
    let handleBox = Lock<ProcessTable.Handle?>(nil)
    let table = Children.table
    let before = try ProcessStatistics.current().residentBytes
    let handle = try await table.start(
      SubprocessConfiguration(
        program: "/usr/bin/head", arguments: ["head", "-c", "100000000", "/dev/zero"], environment: []),
      attempt: Children.marker()
    ) { stream, bytes in
      let isPause = counted.withLock {
        $0.bytes += bytes.count
        $0.pauses += $0.bytes % 7 == 0 ? 1 : 0
        return $0.bytes % 7 == 0
      }
      guard isPause, let handle = handleBox.withLock({ $0 }) else { return .proceed }
      // On another turn of the loop, as a consumer that is done with its work does.
      Children.loop.execute { table.assumeIsolated { $0.resume(handle, stream) } }
      return .pause
    }
    handleBox.withLock { $0 = handle }
    let ending = await table.ending(of: handle, grace: .seconds(1))
    #expect(ending.main.status == .exited(code: 0))
    #expect(counted.withLock { $0.bytes } == 100_000_000)
    #expect(try ProcessStatistics.current().residentBytes - before < 32 << 20)
  }

  @Test func `each call that fails while a child is started is told and leaks nothing`() async throws {
    // The calls are made on the spawn thread, so the fault is set there through a start that is not one.
    for operation in ["open", "make pipe", "make input", "spawn"] as [StaticString] {
      for nth in 1...2 {
        let before = try ProcessStatistics.current().openDescriptors
        var configuration = Children.shell("true")
        configuration.input = .bytes([1])
        let (_, fired) = withFault(operation, nth: nth, code: EMFILE) {
          do throws(SpawnError) {
            let spawned = try spawn(configuration, cgroup: nil)
            for number in [spawned.pidfd, spawned.output, spawned.errors] { close(number) }
            var status: CInt = 0
            waitpid(spawned.pid, &status, 0)
            KnownChildren.forget(spawned.pid)
            return false
          } catch {
            #expect(error.errno.code == EMFILE)
            return true
          }
        }
        #expect(fired || nth == 2)
        #expect(try ProcessStatistics.current().openDescriptors <= before + 10)
      }
    }
  }
}
