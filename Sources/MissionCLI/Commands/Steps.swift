import Formats
import MissionKit
import MissionModel
import MissionServer

extension Subcommand {
  /// `mission steps`: the reference of the step types.
  package static let steps = Subcommand(
    "steps", "List the step types and whether this host has what each needs, or explain one.",
    flags: [Flag("--json", nil, "Print as JSON, as GET /step-types gives it.")],
    operands: [Operand("TYPE", isOptional: true, "The type to explain.")],
    example: "mission steps create_file"
  ) { arguments, console throws(CommandError) in
    let catalog = BuiltinCatalog.catalog
    let host = HostInventory(path: console.environment["PATH"] ?? "")
    guard let name = arguments.operands.first else {
      if arguments.has("--json") {
        console.print(StepTypeShape.describe(catalog, on: host).pretty)
      } else {
        console.print(StepTypeText.list(catalog, on: host))
      }
      return .completed
    }
    switch catalog.look(up: name) {
    case .found(let type):
      let missing = host.missing(of: type)
      console.print(
        arguments.has("--json")
          ? StepTypeShape.describe(type, missing: missing).pretty : StepTypeText.text(type, missing: missing))
    case .notInThisVersion(let name): throw CommandError(.usage, "\(name) is not in this version yet")
    case .unknown(let closest):
      throw CommandError(
        .usage,
        "there is no step type \"\(Shown.value(name))\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
      )
    }
    return .completed
  }
}
