extension Subcommand {
  /// `mission completion`: completion for bash.
  package static let completion: Subcommand = Subcommand(
    "completion", "Print a completion script for bash.", example: "source <(mission completion)"
  ) { _, console throws(CommandError) in
    console.write(Array(CommandLineTool.mission.bashCompletion.utf8))
    return .completed
  }
}
