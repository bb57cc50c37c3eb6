import Formats
package import MissionServer

/// The command line of `missiond`, whose flags are the table of settings.
package enum DaemonCommand {
  /// What a command line asks for.
  package enum Wish: Sendable {
    case help
    case version
    /// Say what is wrong with the configuration, and end.
    case check(Source)
    case serve(Source)
  }

  /// Where the configuration comes from.
  package struct Source: Sendable {
    /// The file that `--config` or `MISSIOND_CONFIG` names.
    package let file: String?
    /// Which of the two it was.
    package var place = ConfigurationProblem.Source.flag("--config")
    /// Settings given as flags, in order.
    package let flags: [(setting: Setting, value: String)]
  }

  private static let ownFlags = [
    Flag("--config", "FILE", "Read settings from FILE."),
    Flag("--check-config", nil, "Say what is wrong with the configuration, and end."),
    Flag("--help", nil, "Show this help."),
    Flag("--version", nil, "Show the version."),
  ]

  private static var settingFlags: [Flag] { Settings.table.map { Flag($0.flag, "VALUE", $0.summary) } }

  /// Takes a command line apart.
  package static func parse(
    _ words: [String], environment: [String: String]
  ) throws(UsageError) -> Wish {
    let arguments = try Arguments(words, flags: ownFlags + settingFlags, operands: [])
    if arguments.has("--help") { return .help }
    if arguments.has("--version") { return .version }
    let flags = Settings.table.flatMap { setting in arguments.all(setting.flag).map { (setting, $0) } }
    var source = Source(file: arguments.value("--config") ?? environment["MISSIOND_CONFIG"], flags: flags)
    if !arguments.has("--config") { source.place = .variable("MISSIOND_CONFIG") }
    return arguments.has("--check-config") ? .check(source) : .serve(source)
  }

  /// The text of `--help`.
  package static var help: String {
    let width = (ownFlags + settingFlags).map { Self.head(of: $0).utf8.count }.max() ?? 0
    func lines(_ flags: [Flag]) -> String {
      flags.map { flag in
        let head = Self.head(of: flag)
        return "  \(head)\(String(repeating: " ", count: width - head.utf8.count))  \(flag.summary)\n"
      }.joined()
    }
    return """
      usage: missiond [--config FILE] [--check-config] [--listen ADDR] [--state-dir DIR]

      Takes missions over HTTP and carries them out.

      \(lines(ownFlags))
      Every setting of the configuration file is a flag, and a variable as well (MISSIOND_STATE_DIR):
      \(lines(settingFlags))
      example: missiond --listen 127.0.0.1:8000 --state-dir /tmp/missiond

      """
  }

  private static func head(of flag: Flag) -> String {
    flag.value.map { "\(flag.name) \($0)" } ?? flag.name
  }
}
