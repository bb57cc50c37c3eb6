import Formats
import MissionKit
import MissionModel

extension Subcommand {
  /// `mission steps`: the reference of the step types.
  package static let steps = Subcommand(
    "steps", "List the step types, or explain one.",
    flags: [Flag("--json", nil, "Print as JSON, as GET /step-types gives it.")],
    operands: [Operand("TYPE", isOptional: true, "The type to explain.")],
    example: "mission steps create_file"
  ) { arguments, console throws(CommandError) in
    let catalog = BuiltinCatalog.catalog
    guard let name = arguments.operands.first else {
      let width = catalog.declarations.map(\.name.count).max() ?? 0
      for type in catalog.declarations {
        console.print(
          type.name + String(repeating: " ", count: width - type.name.count) + "  " + type.summary)
      }
      return .completed
    }
    switch catalog.look(up: name) {
    case .found(let type): console.print(StepTypeText.text(type))
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
