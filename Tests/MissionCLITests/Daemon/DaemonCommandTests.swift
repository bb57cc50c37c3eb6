import MissionServer
import Testing

@testable import MissionCLI

@Suite struct DaemonCommandTests {
  private func source(
    _ words: [String], environment: [String: String] = [:]
  ) throws -> DaemonCommand.Source? {
    switch try DaemonCommand.parse(words, environment: environment) {
    case .check(let source), .serve(let source): source
    case .help, .version: nil
    }
  }

  @Test func `the file is the flag's, else the variable's, else none`() throws {
    let variable = ["MISSIOND_CONFIG": "/b"]
    #expect(try source(["--config", "/a"], environment: variable)?.file == "/a")
    #expect(try source([], environment: variable)?.file == "/b")
    #expect(try source([])?.file == nil)
  }

  @Test func `every setting is a flag, in the order of the table`() throws {
    let words = ["--state-dir", "/s", "--executors", "3", "--listen", "127.0.0.1:1"]
    let flags = try source(words)?.flags ?? []
    #expect(Set(flags.map(\.value)) == ["/s", "3", "127.0.0.1:1"])
    let table = Settings.table.map(\.flag)
    let places = flags.compactMap { table.firstIndex(of: $0.setting.flag) }
    #expect(places == places.sorted() && places.count == 3)
  }

  @Test func `help, version and check come before serving`() throws {
    guard case .help = try DaemonCommand.parse(["--help", "--version"], environment: [:]),
      case .version = try DaemonCommand.parse(["--version", "--check-config"], environment: [:]),
      case .check = try DaemonCommand.parse(["--check-config"], environment: [:])
    else { return #expect(Bool(false), "another wish was heard") }
  }

  @Test func `an unknown flag is refused with the nearest one`() {
    let error = #expect(throws: UsageError.self) {
      try DaemonCommand.parse(["--state-dri", "/s"], environment: [:])
    }
    #expect(error?.message.contains("did you mean --state-dir?") == true)
  }

  @Test func `the help has a line for each setting`() {
    let lines = DaemonCommand.help.split(separator: "\n")
    for setting in Settings.table {
      #expect(lines.contains { $0.hasPrefix("  \(setting.flag) VALUE ") && $0.hasSuffix(setting.summary) })
    }
  }
}
