import Formats
import Foundation
import TestSupport
import Testing

/// The daemon as `scripts/install` installs it and systemd starts it, with all settings of its unit: attacked
/// by steps, and used by them for what builds need.
@Suite(.serialized, .timeLimit(.minutes(3))) struct InstalledDaemonTests {
  private let directory: TemporaryDirectory
  /// The name of the copy of this host, and of its control group.
  private let group: String
  private let systemd: TestProcess
  /// Has systemd for a child, in a namespace.
  private let parent: Int32

  init() async throws {
    try #require(geteuid() == 0, "systemd has to be started, which is root's")
    directory = try TemporaryDirectory()
    group = "missiond-test-\(UInt32.random(in: 0...UInt32.max))"
    let boot = (#filePath as NSString).deletingLastPathComponent + "/../Fixtures/systemd/boot"
    try FileManager.default.createDirectory(atPath: directory / group, withIntermediateDirectories: false)
    let added = group + ".d"
    try directory.write("the-secret-of-a-file", to: "\(added)/root/etc/missiond/api", mode: 0o600)
    try directory.write("the-credential-of-systemd", to: "\(added)/root/etc/missiond/key", mode: 0o600)
    try directory.write(
      "[Service]\nLoadCredential=key:/etc/missiond/key\nStandardError=append:/run/missiond.log\n",
      to: "\(added)/root/etc/systemd/system/missiond.service.d/key.conf")
    try directory.write(
      "secrets: {credentials: [key]}\npolicy: {commands: {deny: []}}\n", to: "\(added)/more.yaml")
    let programs = (try TestProcess.product("missiond") as NSString).deletingLastPathComponent
    systemd = try TestProcess(
      "unshare", ["--mount", boot, directory / group, programs], directory: directory.path,
      timeout: .seconds(170))
    let line = try await systemd.waitForLine(containing: "process ")
    parent = try #require(line.split(separator: " ").last.flatMap { Int32($0) }, "\(line)")
    try await systemd.waitForLine(containing: "Startup finished", timeout: .seconds(60))
  }

  /// Runs a script beside systemd, as root.
  private func run(_ script: String, input: String = "") async throws -> TestProcess.Record {
    let spaces = "/proc/\(parent)/ns/pid_for_children"
    return try await TestProcess.run(
      "nsenter",
      [
        "--target", "\(parent)", "--mount", "--net", "--uts", "--ipc", "--cgroup", "--pid=" + spaces,
        "--",
        "sh", "-c", script,
      ], input: input, timeout: .seconds(120))
  }

  /// Submits a mission with the first token, and waits for its end.
  private func execute(_ mission: String) async throws -> JSON {
    let record = try await run(
      """
      curl -sS -H "Authorization: Bearer $(cat /etc/missiond/admin.token)" --data-binary @- \\
        "http://127.0.0.1:7433/missions/execute?wait=100"
      """, input: mission)
    return try #require(try? JSONParser.parse(record.output), "\(record) \(systemd.output)")
  }

  /// Ends everything, and takes away the control group that systemd had.
  private func end() async throws {
    kill(parent, SIGKILL)
    try await systemd.ended()
    let left = try await TestProcess.run(
      "unshare",
      [
        "--mount", "sh", "-c",
        "mount -t cgroup2 cgroup2 /mnt; cd /mnt; "
          + "until find \(group) -depth -type d -exec rmdir {} + ; do :; done",

      ])
    #expect(left.ending == .exited(0), "\(left.error)")
  }

  private func pid() async throws -> Int32 {
    let record = try await run("pidof missiond")
    return try #require(Int32(record.output.dropLast()), "\(record)")
  }

  /// What the unit takes from every process of the service, whatever the sandbox of its steps.
  private static let unit: [Attacks.Script] = [
    ("system", "touch /usr/x"), ("settings", "touch /etc/x"), ("homes", "ls /root /home/*"),
    ("tokens", "cat /etc/missiond/tokens"), ("first", "cat /etc/missiond/admin.token"),
    ("raw", "python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'"),
    ("packets", "python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)'"),
    ("vsock", "python3 -c 'import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)'"),
    ("namespace", "unshare --user --map-root-user true"), ("mount", "mount -t tmpfs x /mnt"),
    ("setuid_bit", "touch s && chmod u+s s"), ("become", "su -s /bin/sh -c true root </dev/null"),
    ("kernel", "echo 1 > /proc/sys/vm/drop_caches"), ("log", "dmesg"), ("realtime", "chrt -f 1 true"),
    ("domain", "setarch -R true"), ("time", "date -s @0"), ("name", "hostname other"),
    ("device", "mknod d c 1 3"), ("disk", "ls /dev/[sv]d* /dev/mem /dev/kmsg"),
    ("others", "cat /proc/1/comm"),
    ("swap", "swapoff -a"), ("module", "modprobe loop"),
  ]

  @Test func `no attack gets anywhere, and builds have what they need`() async throws {
    let attacks = Attacks(
      state: "/var/lib/missiond", secret: "/etc/missiond/api",
      credential: "/run/credentials/missiond.service/key", configuration: "/etc/missiond/missiond.yaml",
      socket: "/run/missiond/missiond.sock", pid: try await pid())
    let outputs = try Attacks.outputs(of: try await execute(Attacks.mission(attacks.all + Self.unit)))
    for (name, output) in outputs.sorted(by: { $0.key < $1.key }) {
      #expect(!output.contains("DONE"), "\(name) succeeded: \(output)")
      #expect(!output.contains("the-secret") && !output.contains("the-credential"))
    }
    let needs = try Attacks.outputs(
      of: try await execute(Attacks.mission(Attacks.needs(home: "/var/cache/missiond/home"))))
    for (name, output) in needs { #expect(output.contains("DONE"), "\(name) failed: \(output)") }
    let masked = try await execute(
      "name: key\nsteps: [{id: a, step_type: command, parameters: {command: 'echo {{secret.key}}'}}]")
    #expect(masked["step_results"]?["a"]?["output"]?["stdout"] == "***\n", "\(masked.compact)")
    try await end()
  }

  @Test func `the settings of the unit hold, and what this host does not allow is listed`() async throws {
    let status = try await run("cat /proc/\(try await pid())/status").output
    let fields = Dictionary(
      status.split(separator: "\n").compactMap { line -> (String, String)? in
        let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
      }, uniquingKeysWith: { first, _ in first })
    #expect(fields["NoNewPrivs"] == "1" && fields["Seccomp"] == "2", "\(fields)")
    for set in ["CapEff", "CapPrm", "CapBnd", "CapAmb"] { #expect(fields[set] == "0000000000000000") }
    #expect(fields["Umask"] == "0027")
    #expect(fields["Uid"]?.hasPrefix("0\t") == false)
    let place = try await run("cat /proc/$(pidof missiond)/cgroup").output
    #expect(place.contains("/system.slice/missiond.service/supervisor"), "\(place)")
    let limits = try await execute(
      "name: limits\nsteps: [{id: a, step_type: command, "
        + "parameters: {shell: true, command: 'umask; ulimit -Hn'}}]"
    )
    let shown = limits["step_results"]?["a"]?["output"]?["stdout"]?.stringValue?.split(separator: "\n") ?? []
    #expect(shown.first == "0027", "\(limits.compact)")
    if shown.last != "65536" {
      print(
        "not applied on this host: LimitNOFILE=65536, for \(shown.last ?? "") is the most that root may give")
    }
    // systemd says of each setting that it had to leave out why.
    for line in systemd.output.split(whereSeparator: \.isNewline)
    where ["ignoring", "not supported", "Failed to"].contains(where: { line.contains($0) }) {
      print("not applied on this host: \(line)")
    }
    for controller in ["memory", "pids"] {
      let offered = try await run("cat /sys/fs/cgroup/cgroup.controllers").output
      if !offered.contains(controller) {
        print("not applied on this host: limits.* by the controller \(controller), which is not in the tree")
      }
    }
    try await end()
  }

  @Test func `an upgrade goes on with the new programs, and with the jobs that there are`() async throws {
    let before = try await pid()
    let job = try await execute("name: x\nsteps: [{id: a, step_type: noop}]")
    let id = try #require(job["id"]?.stringValue, "\(job.compact)")
    let root = (#filePath as NSString).deletingLastPathComponent + "/../.."
    let programs = (try TestProcess.product("missiond") as NSString).deletingLastPathComponent
    let upgrade = try await run("cd '\(root)' && scripts/install --programs '\(programs)'")
    #expect(upgrade.ending == .exited(0), "\(upgrade)")
    #expect(upgrade.output.contains("kept /etc/missiond/tokens"), "\(upgrade)")
    #expect(try await pid() != before)
    let status = try await run(
      "/usr/local/bin/mission status \(id) --server unix:/run/missiond/missiond.sock")
    #expect(status.output.contains("completed"), "\(status)")
    try await end()
  }

  @Test func `a daemon that is killed comes back by itself, and drains when it is told to stop`() async throws
  {
    let before = try await pid()
    let token = #"curl -sS -H "Authorization: Bearer $(cat /etc/missiond/admin.token)""#
    _ = try await run("kill -9 \(before)")
    // The socket is systemd's: who asks meanwhile waits for the next daemon.
    let answer = try await run("\(token) http://127.0.0.1:7433/readyz")
    #expect(answer.output.contains("ready"), "\(answer)")
    #expect(try await pid() != before)
    let audit = try await run(
      "/usr/local/bin/mission audit --verify --server unix:/run/missiond/missiond.sock")
    #expect(audit.ending == .exited(0), "\(audit)")
    // Its user is admitted, too, as long as it is no step that asks.
    let own = try await run(
      "setpriv --reuid missiond --regid missiond --clear-groups "
        + "curl -sf --unix-socket /run/missiond/missiond.sock http://localhost/missions")
    #expect(own.ending == .exited(0), "\(own)")
    #expect(try await run("systemctl stop missiond.service").ending == .exited(0))
    let result = try await run("systemctl show --property ActiveState,Result missiond.service")
    #expect(result.output == "Result=success\nActiveState=inactive\n", "\(result)")
    try await end()
  }
}
