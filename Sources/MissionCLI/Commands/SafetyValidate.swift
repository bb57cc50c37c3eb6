import Formats
import MissionKit
import MissionModel
import MissionServer

extension Subcommand {
  /// `mission safety validate`: says what a mission may touch, and what the policy would deny.
  package static let safetyValidate = Subcommand(
    "safety validate", "Say what a mission may touch, how risky that is, and what the policy would deny.",
    flags: [
      LocalConfiguration.flag,
      Flag("--context", "KEY=VALUE", "A context variable that the submission will bring; may be repeated."),
      Flag("--unknown-fields", "RULE", "error, or warn: let unknown fields pass."),
      Flag("--json", nil, "Print the report as JSON, as /missions/validate?safety=1 gives it."),
    ],
    operands: [Operand("FILE", "The mission, in YAML or JSON; - is standard input.")],
    example: "mission safety validate build.yaml"
  ) { arguments, console throws(CommandError) in
    let configuration = try LocalConfiguration.read(arguments, console)
    let file = try MissionFile(arguments, console)
    let loaded: DocumentLoader.Loaded
    switch file.load(limits: configuration.limits) {
    case .success(let found): loaded = found
    case .failure(let error):
      file.report(.failure(error), on: console)
      return .invalidMission
    }
    let report = configuration.safetyReport(
      loaded.mission, in: file.bytes, loaded.format, catalog: BuiltinCatalog.catalog)
    if arguments.has("--json") {
      console.print(report.pretty)
    } else {
      console.write(Array(SafetyText.text(report, file: file.name).utf8))
    }
    return report["denied"] == true ? .denied : .completed
  }
}
