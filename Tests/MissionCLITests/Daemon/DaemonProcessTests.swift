import Posix
import TestSupport
import Testing

@testable import MissionCLI

@Suite struct DaemonProcessTests {
  private func run(
    _ words: [String], environment: [String: String] = [:]
  ) async throws -> (status: Int32, output: String, errors: String) {
    let pages = Pages()
    let program = Program(loop: try EventLoop(name: "daemon"))
    let status = await DaemonProcess.run(words, in: program, pages.console(environment: environment))
    return (status, pages.output, pages.errors)
  }

  @Test func `help and version are results`() async throws {
    #expect(try await run(["--help"]) == (0, DaemonCommand.help, ""))
    let version = try await run(["--version"])
    #expect(version.status == 0 && version.output.hasPrefix("missiond "))
  }

  @Test func `wrong words end with 2 and say where to read on`() async throws {
    let wrong = try await run(["--no-such-flag"])
    #expect(wrong.status == 2 && wrong.output.isEmpty)
    #expect(wrong.errors.hasPrefix("missiond: there is no flag --no-such-flag"))
    #expect(wrong.errors.hasSuffix("\nsee: missiond --help\n"))
  }

  @Test func `a check says that all is fine, or what is not, and where`() async throws {
    let directory = try TemporaryDirectory()
    let state = ["--state-dir", directory / "state"]
    let good = try directory.write("executors: 3\n", to: "good.yaml")
    #expect(
      try await run(["--check-config", "--config", good] + state) == (0, "the configuration is fine\n", ""))
    let bad = try directory.write("executers: 3\n", to: "bad.yaml")
    let verdict = try await run(["--config", bad] + state)
    #expect(verdict.status == 2 && verdict.output.isEmpty)
    #expect(verdict.errors == "\(bad):1:1: executers is no setting; did you mean \"executors\"?\n")
    let missing = try await run(["--check-config", "--config", directory / "no.yaml"])
    #expect(missing.status == 2)
    #expect(missing.errors.contains("--config: read \(directory / "no.yaml"): no such file or directory"))
  }
}
