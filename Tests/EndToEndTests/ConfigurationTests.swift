import Foundation
import TestSupport
import Testing

/// `missiond --check-config`, which an administrator runs before a restart.
@Suite struct ConfigurationTests {
  private let root = (#filePath as NSString).deletingLastPathComponent + "/../.."

  private func check(_ file: String, _ environment: [String: String] = [:]) async throws -> TestProcess.Record
  {
    try await TestProcess.run(
      TestProcess.product("missiond"), ["--check-config", "--config", file], environment: environment)
  }

  @Test func `the file that documents every key is itself fine`() async throws {
    let record = try await check(root + "/Config/missiond.yaml")
    #expect(record.ending == .exited(0))
    #expect(record.output + record.error == "the configuration is fine\n")
  }

  @Test func `all mistakes are told at once with their lines`() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      """
      listn: ["127.0.0.1:1"]
      executors: -1
      limits:
        max_steps: lots
      log: {level: loud}
      """, to: "bad.yaml")
    let record = try await check(file)
    #expect(record.ending == .exited(2))
    #expect(
      record.error == """
        \(file):1:1: listn is no setting; did you mean "listen"?
        \(file):2:1: executors must be a whole number from 0 to 10000, not -1
        \(file):4:3: limits.max_steps must be a whole number from 1 to 10000000, not "lots"
        \(file):5:7: log.level must be one of debug, info, notice, warning, error, not "loud"

        """)
  }

  @Test func `a variable that sets nothing or nonsense is named`() async throws {
    let file = root + "/Config/missiond.yaml"
    #expect(try await check(file, ["MISSIOND_FOO": "1"]).error == "MISSIOND_FOO: sets nothing\n")
    let record = try await check(file, ["MISSIOND_EXECUTORS": "many"])
    #expect(record.ending == .exited(2))
    #expect(record.error == "MISSIOND_EXECUTORS: must be a whole number from 0 to 10000, not \"many\"\n")
  }

  @Test func `the file that cannot be read is named, and who named it`() async throws {
    let directory = try TemporaryDirectory()
    #expect(
      try await check(directory.path).error == "--config: read \(directory.path): is a directory (21)\n")
    let record = try await TestProcess.run(
      TestProcess.product("missiond"), ["--check-config"],
      environment: ["MISSIOND_CONFIG": directory / "none"])
    #expect(
      record.error == "MISSIOND_CONFIG: read \(directory / "none"): no such file or directory (2)\n")
  }

  @Test func `a misspelt section is told as one`() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      "limit: {max_steps: 1}\nlimits: {workspaces: {max_bytes: 1}}\n", to: "bad.yaml")
    #expect(
      try await check(file).error == """
        \(file):1:1: limit is no setting; did you mean "limits"?
        \(file):2:10: limits.workspaces is no setting; did you mean "limits.workspace"?

        """)
  }

  @Test func `an address of the network is refused`() async throws {
    let directory = try TemporaryDirectory()
    let record = try await TestProcess.run(
      TestProcess.product("missiond"),
      ["--listen", "0.0.0.0:\(try FreePort().number)", "--state-dir", directory / "state"],
      environment: ["XDG_RUNTIME_DIR": directory.path, "PATH": "/usr/bin:/bin"])
    #expect(record.ending != .exited(0))
    #expect(record.error.contains("0.0.0.0"), "\(record.error)")
  }

  @Test func `what cannot protect anything is an error with the line of each`() async throws {
    let directory = try TemporaryDirectory()
    try directory.write("12345", to: "short", mode: 0o600)
    try directory.write("", to: "tokens", mode: 0o644)
    let file = try directory.write(
      """
      auth:
        tokens_file: \(directory / "tokens")
      secrets:
        files:
          short: \(directory / "short")
      paths:
        read: [/usr]
        write:
          - /no/such/root
      policy:
        hosts:
          deny: [10.0.0.0/8, 10.0.0.0/99]
        commands:
          deny:
            - "rm -rf"
            - "|"
        step_types:
          allow: [command, htp]
      """, to: "unsafe.yaml")
    let record = try await check(file)
    #expect(record.ending == .exited(2))
    #expect(
      record.error == """
        \(file):5:5: the secret "short": \(directory / "short") holds under 6 bytes and could not be masked
        \(file):2:3: the tokens: everybody may read or write \(directory / "tokens"); chmod 640 it
        \(file):18:22: policy.step_types.allow: the rule "htp" can never match: no step type is called so; \
        did you mean "http"?
        \(file):16:9: policy.commands.deny: the rule "|" can never match: a program is a name or an absolute \
        path, such as git or /usr/bin/git
        \(file):12:24: policy.hosts.deny: the rule "10.0.0.0/99" can never match: it is no name, address or \
        network with an optional port, such as *.example.com, 10.0.0.0/8 or [::1]:80
        \(file):9:7: paths.write: /no/such/root is no folder that exists; make it, or take it out

        """)
  }
}
