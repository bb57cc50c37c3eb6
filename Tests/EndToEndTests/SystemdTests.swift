import Foundation
import TestSupport
import Testing

/// The unit files, judged by systemd's own tools.
@Suite struct SystemdTests {
  private let directory: TemporaryDirectory
  private let service: String

  init() throws {
    directory = try TemporaryDirectory()
    let folder = (#filePath as NSString).deletingLastPathComponent + "/../../systemd"
    service = try String(contentsOfFile: folder + "/missiond.service", encoding: .utf8)
    let socket = try String(contentsOfFile: folder + "/missiond.socket", encoding: .utf8)
    // What ExecStart names must exist for the check, and missiond is not installed here.
    let runnable = service.replacingOccurrences(of: "/usr/local/bin/missiond", with: "/bin/true")
    #expect(runnable != service)
    try directory.write(runnable, to: "missiond.service")
    try directory.write(socket, to: "missiond.socket")
  }

  @Test func `systemd finds nothing to complain about in the units`() async throws {
    let record = try await TestProcess.run(
      "systemd-analyze", ["verify", directory / "missiond.service", directory / "missiond.socket"])
    #expect(record.ending == .exited(0))
    #expect(record.output + record.error == "")
  }

  @Test func `the service exposes at most 3_0 by systemd's own scale`() async throws {
    let record = try await TestProcess.run(
      "systemd-analyze", ["security", "--offline=true", "--threshold=30", directory / "missiond.service"])
    #expect(record.ending == .exited(0), "\(record.output)")
    #expect(record.output.contains("Overall exposure level"))
  }

  @Test func `the unit says what the daemon relies on`() {
    let settings = Set(service.split(separator: "\n").map(String.init))
    // 50 = drain_seconds 30 + kill_grace_ms 5,000 + 15.
    for needed in [
      "Type=notify", "Delegate=yes", "KillMode=mixed", "TimeoutStopSec=50", "ProtectControlGroups=no",
      "SystemCallFilter=landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp",
    ] {
      #expect(settings.contains(needed), "missiond.service lacks \(needed)")
    }
    #expect(settings.contains { $0.hasPrefix("WatchdogSec=") })
    #expect(!settings.contains { $0.hasPrefix("MemoryDenyWriteExecute=yes") })
  }

  @Test func `the user is one that systemd-sysusers can make`() async throws {
    let folder = (#filePath as NSString).deletingLastPathComponent + "/../../systemd"
    try FileManager.default.createDirectory(atPath: directory / "root/etc", withIntermediateDirectories: true)
    let record = try await TestProcess.run(
      "systemd-sysusers", ["--root", directory / "root", folder + "/missiond.sysusers"])
    #expect(record.ending == .exited(0), "\(record.error)")
    #expect(try directory.read("root/etc/passwd").contains(":/var/cache/missiond/home:/usr/sbin/nologin"))
  }
}
