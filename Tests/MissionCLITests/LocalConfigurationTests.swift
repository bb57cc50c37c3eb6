import Formats
import MissionModel
import MissionServer
import Posix
import TestSupport
import Testing

@testable import MissionCLI

@Suite struct LocalConfigurationTests {
  private func read(_ words: [String]) throws -> Configuration {
    let console = Console(write: { _ in }, writeError: { _ in }, environment: ["PATH": "/usr/bin"])
    let arguments = try Arguments(words, flags: [LocalConfiguration.flag], operands: [])
    return try LocalConfiguration.read(arguments, console)
  }

  @Test func `without a file the defaults hold`() throws { #expect(try read([]) == Configuration()) }

  @Test func `a file is read and judged like the daemon's`() throws {
    let directory = try TemporaryDirectory()
    let good = try directory.write("limits: {max_steps: 5}\n", to: "good.yaml")
    #expect(try read(["--config", good]).limits.maxSteps == 5)
    let bad = try directory.write("paths: {read: [/no/such]}\n", to: "bad.yaml")
    let error = #expect(throws: CommandError.self) { try read(["--config", bad]) }
    #expect(error?.status == .usage)
    #expect(error?.message.contains("bad.yaml:1:16: paths.read: /no/such is no folder") == true)
  }
}
