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

  @Test func `an address of the network is refused`() async throws {
    let directory = try TemporaryDirectory()
    let record = try await TestProcess.run(
      TestProcess.product("missiond"),
      ["--listen", "0.0.0.0:\(try FreePort().number)", "--state-dir", directory / "state"],
      environment: ["XDG_RUNTIME_DIR": directory.path, "PATH": "/usr/bin:/bin"])
    #expect(record.ending != .exited(0))
    #expect(record.error.contains("0.0.0.0"), "\(record.error)")
  }
}
