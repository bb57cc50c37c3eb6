import MissionCLI

/// The command line, `mission`.
@main struct Main {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    Program.run { program in
      await CommandLineTool.mission.run(words, on: .standard(program)).rawValue
    }
  }
}
