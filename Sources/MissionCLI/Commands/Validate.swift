import Formats
import MissionEngine
import MissionModel
import MissionServer

extension Subcommand {
  /// `mission validate`: says all that is wrong with a mission.
  package static let validate = Subcommand(
    "validate", "Say everything that is wrong with a mission, without running it.",
    flags: [
      LocalConfiguration.flag,
      Flag("--context", "KEY=VALUE", "A context variable that the submission will bring; may be repeated."),
      Flag("--unknown-fields", "RULE", "error, or warn: let unknown fields pass."),
      Flag("--json", nil, "Print the verdict as JSON, as /missions/validate gives it."),
    ],
    operands: [Operand("FILE", "The mission, in YAML or JSON; - is standard input.")],
    example: "mission validate build.yaml"
  ) { arguments, console throws(CommandError) in
    let file = try MissionFile(arguments, console)
    let configuration = try LocalConfiguration.read(arguments, console)
    let verdict = file.load(for: configuration, console)
    if arguments.has("--json") {
      switch verdict {
      case .success(let loaded):
        console.print(ValidationShape.valid(loaded.mission, warnings: loaded.warnings).pretty)
      case .failure(let error): console.print(ValidationShape.invalid(error).pretty)
      }
    } else {
      file.report(verdict, on: console)
    }
    switch verdict {
    case .success: return .completed
    case .failure(let error): return MissionFile.exit(error)
    }
  }
}
