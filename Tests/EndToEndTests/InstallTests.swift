import Foundation
import TestSupport
import Testing

/// `scripts/install`, into a directory and without a daemon.
@Suite struct InstallTests {
  private let script = (#filePath as NSString).deletingLastPathComponent + "/../../scripts/install"
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("#!/bin/true\n", to: "built/missiond", mode: 0o755)
    // The real one, since it makes the first token.
    try FileManager.default.createSymbolicLink(
      atPath: directory / "built/mission", withDestinationPath: try TestProcess.product("mission"))
  }

  @Test func `a host is filled and emptied again`() async throws {
    #expect(try await install().ending == .exited(0))
    for path in [
      "usr/local/bin/missiond", "usr/local/bin/mission", "usr/local/share/missiond/examples/hello.yaml",
      "etc/missiond/missiond.yaml", "etc/systemd/system/missiond.service",
      "etc/systemd/system/missiond.socket", "usr/lib/sysusers.d/missiond.conf", "var/lib/missiond",
      "var/cache/missiond/home", "etc/missiond/tokens", "etc/missiond/admin.token",
    ] {
      #expect(directory.contains("root/" + path), "\(path) was not installed")
    }
    #expect(try directory.read("root/etc/missiond/tokens").contains("\nadmin read,submit,admin "))
    #expect(try directory.read("root/etc/missiond/admin.token").hasPrefix("missiond_"))
    #expect(
      try directory.read("root/etc/missiond/missiond.yaml").contains("tokens_file: /etc/missiond/tokens"))
    let again = try await install()
    #expect(again.output.contains("kept \(directory / "root/etc/missiond/tokens")"))
    #expect(try await install("--uninstall").ending == .exited(0))
    #expect(!directory.contains("root/usr/local/bin/missiond"))
    #expect(directory.contains("root/etc/missiond/missiond.yaml"), "what an administrator wrote is kept")
    #expect(try await install("--uninstall", "--purge").ending == .exited(0))
    #expect(!directory.contains("root/etc/missiond"))
    #expect(!directory.contains("root/var/lib/missiond"))
  }

  @Test func `an administrator's configuration is never overwritten`() async throws {
    try directory.write("sandbox: off\n", to: "root/etc/missiond/missiond.yaml")
    let record = try await install()
    #expect(record.output.contains("kept \(directory / "root/etc/missiond/missiond.yaml")"))
    #expect(try directory.read("root/etc/missiond/missiond.yaml") == "sandbox: off\n")
  }

  @Test func `a dry run says what it would do and does nothing`() async throws {
    let record = try await install("--dry-run")
    #expect(record.ending == .exited(0))
    #expect(record.output.contains("would run: install -D -m 755"))
    #expect(!directory.contains("root"))
  }

  @Test func `an unknown option is refused with the usage`() async throws {
    let record = try await TestProcess.run(script, ["--frobnicate"])
    #expect(record.ending == .exited(2))
    #expect(record.error.hasPrefix("install: unknown option --frobnicate\n"))
  }

  @Test(arguments: [
    (["--purge"], "--purge goes with --uninstall"),
    (
      ["--prefix", "opt"],
      "--prefix must be an absolute path of letters, digits and . _ + -, not opt"
    ),
    (
      ["--prefix", "/opt/a b"],
      "--prefix must be an absolute path of letters, digits and . _ + -, not /opt/a b"
    ),
  ])
  func `what would do something else than was meant is refused before anything is done`(
    words: [String], reason: String
  ) async throws {
    let record = try await TestProcess.run(
      script, words + ["--destdir", directory / "root", "--programs", directory / "built"])
    #expect(record.ending == .exited(2))
    #expect(record.error.hasPrefix("install: \(reason)\n"), "\(record)")
    #expect(!directory.contains("root"))
  }

  @Test func `paths start where the caller is`() async throws {
    let record = try await TestProcess.run(
      script, ["--destdir", "here", "--programs", "built"], directory: directory.path)
    #expect(record.ending == .exited(0), "\(record)")
    #expect(directory.contains("here/usr/local/bin/missiond"))
  }

  @Test func `another prefix reaches the unit`() async throws {
    #expect(try await install("--prefix", "/opt/missiond").ending == .exited(0))
    let unit = try directory.read("root/etc/systemd/system/missiond.service")
    #expect(unit.contains("ExecStart=/opt/missiond/bin/missiond "))
    #expect(directory.contains("root/opt/missiond/bin/mission"))
  }

  private func install(_ arguments: String...) async throws -> TestProcess.Record {
    try await TestProcess.run(
      script, ["--destdir", directory / "root", "--programs", directory / "built"] + arguments)
  }
}
