import MissionEngine
import MissionModel

extension Subcommand {
  /// `mission validate`: says all that is wrong with a mission.
  package static let validate = Subcommand(
    "validate", "Say everything that is wrong with a mission, without running it.",
    flags: [
      Flag("--context", "KEY=VALUE", "A context variable that the submission will bring; may be repeated."),
      Flag("--unknown-fields", "RULE", "error, or warn: let unknown fields pass."),
    ],
    operands: [Operand("FILE", "The mission, in YAML or JSON; - is standard input.")],
    example: "mission validate build.yaml"
  ) { arguments, console throws(CommandError) in
    let file = try MissionFile(arguments, console)
    let verdict = file.load()
    file.report(verdict, on: console)
    guard case .success = verdict else { return .invalidMission }
    return .completed
  }
}
