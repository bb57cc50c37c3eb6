import MissionCLI

/// The daemon, `missiond`.
@main struct Main {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    Program.run { program in await DaemonProcess.run(words, in: program, .standard(program)) }
  }
}
