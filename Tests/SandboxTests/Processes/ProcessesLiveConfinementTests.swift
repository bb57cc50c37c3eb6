import Foundation
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

/// Programs that try to get out, and what they are told.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ProcessesLiveConfinementTests {
  private let directory: TemporaryDirectory
  private let outside: TemporaryDirectory
  private static let host = ConfinementHost.current(path: "/usr/bin:/bin", groups: nil)

  init() throws {
    directory = try TemporaryDirectory()
    outside = try TemporaryDirectory()
    try directory.write("", to: "job/file")
    try directory.write("", to: "tmp/file")
    try outside.write("secret", to: "state/missiond.db")
  }

  private func run(
    _ script: String, _ sandbox: MissionConfig.Sandbox = .off, network: Bool = true,
    host: ConfinementHost = host, program: String = "/bin/bash",
    _ change: (inout MissionConfig.ProcessLimits) -> Void = { _ in }
  ) async throws -> (output: String, errors: String, result: ProcessOutput) {
    var limits = MissionConfig.ProcessLimits()
    change(&limits)
    var surroundings = ProcessesLive.Surroundings(
      environment: ChildEnvironment(inherited: ["PATH": "/usr/bin:/bin", "TMPDIR": directory / "tmp"]),
      killGrace: .milliseconds(100))
    let places = ConfinementPlaces(temporary: directory / "tmp", forbidden: [outside / "state"])
    surroundings.findPlaces = { places }
    surroundings.host = host
    let live = ProcessesLive(table: sharedTable, slots: ProcessSlots(count: 4), surroundings: surroundings)
    var attempt = ProcessesLive.Attempt(
      job: JobID("01890000-0000-7000-8000-000000000001")!, step: "build", marker: "t-\(UUID().uuidString)",
      workspace: try WorkspaceLive(directory / "job"), log: .none, logPath: directory / "log")
    attempt.confinement = Confinement(sandbox: sandbox, limits: limits)
    attempt.allowsNetwork = network
    let result = try await live.capability(for: attempt).run(Command(program, ["-c", script]))
    return (
      String(decoding: result.stdout, as: UTF8.self), String(decoding: result.stderr, as: UTF8.self), result
    )
  }

  @Test(arguments: [MissionConfig.Sandbox.landlock, .bubblewrap])
  func `a build works in its sandbox: it compiles, uses TMPDIR, shared memory and pipes`(
    sandbox: MissionConfig.Sandbox
  ) async throws {
    let ended = try await run(
      """
      set -e
      echo 'int main(void) { return 42; }' > a.c && cc a.c -o a && { ./a || echo $?; }
      mkdir -p d/e && mv a.c d/e/ && ls d/e && rm -r d
      echo x > "$TMPDIR/x" && cat "$TMPDIR/x" && rm "$TMPDIR/x"
      (echo piped | cat) > /dev/null && echo devices < /dev/null > /dev/stdout
      python3 -c 'import multiprocessing as m; print(m.Semaphore(2) is not None)'
      """, sandbox)
    #expect(ended.output == "42\na.c\nx\ndevices\nTrue\n", "\(ended.errors)")
  }

  @Test(arguments: [MissionConfig.Sandbox.landlock, .bubblewrap])
  func `nothing outside is read or written, whichever way it is named`(
    sandbox: MissionConfig.Sandbox
  ) async throws {
    let secret = outside / "state/missiond.db"
    let ended = try await run(
      """
      cat \(secret) || echo refused
      cat /proc/self/root\(secret) || echo refused
      ln -s \(outside.path) up; cat up/state/missiond.db || echo refused
      cat up/../\(outside.path.split(separator: "/").last!)/state/missiond.db || echo refused
      ln \(secret) hard && cat hard || echo refused
      touch \(outside.path)/new || echo refused
      echo x >> /etc/hostname || echo refused
      touch /usr/new || echo refused
      ls \(NSHomeDirectory()) > /dev/null || echo refused
      git -C job init -q . ; git --git-dir=\(outside.path)/state status || echo refused
      python3 -c 'import sqlite3; d = sqlite3.connect(":memory:")
      d.execute("ATTACH \\"\(outside.path)/a.db\\" AS a"); d.execute("CREATE TABLE a.t(x)")' || echo refused
      tar -C \(outside.path) -cf out.tar state || echo refused
      """, sandbox)
    #expect(!ended.output.contains("secret"), "\(ended.output) \(ended.errors)")
    #expect(
      ended.output.split(separator: "\n").filter { $0 == "refused" }.count == 12,
      "\(ended.output) \(ended.errors)")
    #expect(!outside.contains("new") && !outside.contains("a.db"))
  }

  @Test(arguments: [MissionConfig.Sandbox.landlock, .bubblewrap])
  func `the daemon can be neither killed, nor traced, nor read`(sandbox: MissionConfig.Sandbox) async throws {
    let ended = try await run(
      """
      kill -9 \(getpid()) && echo killed || echo refused
      cat /proc/\(getpid())/environ > /dev/null && echo read || echo refused
      dd if=/proc/\(getpid())/mem of=/dev/null bs=1 count=1 && echo read || echo refused
      ls /proc/\(getpid())/root/etc > /dev/null && echo read || echo refused
      python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).ptrace(16, \(getpid()), 0, 0) != 0)' \
        && echo traced || echo refused
      """, sandbox)
    #expect(ended.output == String(repeating: "refused\n", count: 5), "\(ended.errors)")
  }

  @Test(arguments: [MissionConfig.Sandbox.landlock, .bubblewrap])
  func `set-user-id programs give nothing`(sandbox: MissionConfig.Sandbox) async throws {
    let ended = try await run("grep NoNewPrivs /proc/self/status", sandbox)
    #expect(ended.output == "NoNewPrivs:\t1\n")
  }

  @Test func `bubblewrap has processes, a host name and a loopback of its own`() async throws {
    let listener = try Socket.listen(on: .ipv4(0x7F00_0001, port: 0))
    let port = try #require("\(try listener.localAddress())".split(separator: ":").last)
    let script = "ls -d /proc/[0-9]* | wc -l; (exec 3<>/dev/tcp/127.0.0.1/\(port)) && echo connected"
    let alone = try await run(script, .bubblewrap, network: false)
    #expect((Int(alone.output.prefix { $0.isNumber }) ?? 99) < 8 && !alone.output.contains("connected"))
    #expect(try await run(script, .bubblewrap).output.contains("connected"))
    withExtendedLifetime(listener) {}
  }

  @Test func `a tree in bubblewrap goes as a whole, and its exit code comes back`() async throws {
    #expect(try await run("exit 7", .bubblewrap).result.ending == .exited(code: 7))
    let left = try await run("setsid sleep 4242.5 & exit 0", .bubblewrap)
    #expect(left.result.ending == .exited(code: 0))
    let living = ProcessSnapshotText.commandLines().filter { $0.contains("sleep\u{0}4242.5") }
    #expect(living.isEmpty)
  }

  @Test func `what the host cannot do is an error with the reason, and nothing runs`() async throws {
    let host = ConfinementHost(
      landlock: .failure(ConfinementGap("the kernel has no Landlock")),
      bubblewrap: { .failure(ConfinementGap("bwrap is not in PATH; install bubblewrap")) })
    await #expect(
      throws: StepFailure(.denied, "run /bin/bash: sandbox: the kernel has no Landlock")
    ) { _ = try await run("touch ran", .landlock, host: host) }
    await #expect(
      throws: StepFailure(.denied, "run /bin/bash: sandbox: bwrap is not in PATH; install bubblewrap")
    ) { _ = try await run("touch ran", .bubblewrap, host: host) }
    #expect(!directory.contains("job/ran"))
  }

  // MARK: Limits

  @Test func `ten gigabytes of memory meet the limit`() async throws {
    let ended = try await run("python3 -c 'bytearray(10 << 30)'") { $0.memoryBytes = 256 << 20 }
    #expect(ended.result.ending == .exited(code: 1))
    #expect(ended.result.reachedLimit == "it ran out of memory: limits.memory_bytes is 256 MiB")
  }

  @Test func `processor time ends with its limit`() async throws {
    let ended = try await run("while :; do :; done") { $0.cpuSeconds = 1 }
    #expect(ended.result.ending == .signalled(SIGXCPU))
    #expect(ended.result.reachedLimit == "it used up limits.cpu_seconds (1 s of processor time)")
  }

  @Test func `a file stops growing at its limit`() async throws {
    let ended = try await run("exec head -c 2000000 /dev/zero > big") { $0.fileBytes = 1 << 20 }
    #expect(ended.result.ending == .signalled(SIGXFSZ))
    #expect(ended.result.reachedLimit == "a file would have passed limits.file_bytes (1 MiB)")
    #expect(try FileManager.default.attributesOfItem(atPath: directory / "job/big")[.size] as? Int == 1 << 20)
  }

  @Test func `open files end at their limit`() async throws {
    let ended = try await run("python3 -c 'f = [open(\"/dev/null\") for _ in range(100)]'") {
      $0.openFiles = 32
    }
    #expect(ended.result.reachedLimit == "it had too many open files: limits.open_files is 32")
  }

  @Test func `a fork storm stops at the limit`() async throws {
    // The kernel binds root to no number, so the storm is another user's; the host is said to bind it.
    var host = Self.host
    host.isRoot = false
    let ended = try await run(
      "exec setpriv --reuid 54321 --regid 54321 --clear-groups bash -c '"
        + "for i in {1..60}; do sleep 20 & done; jobs | wc -l; kill %1; exit 1'", host: host
    ) { $0.processes = 20 }
    #expect(
      ended.result.reachedLimit?.hasPrefix("its user had too many processes: limits.processes is 20, ")
        == true,
      "\(ended.errors)")
  }
}

/// The command lines of all processes of the host.
private enum ProcessSnapshotText {
  static func commandLines() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
      .compactMap {
        try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8)
      }
  }
}
