package import Formats
package import MissionModel

/// A step type as `/step-types` describes it.
package enum StepTypeShape {
  /// Describes all types, and what `host` has of their needs.
  package static func describe(_ catalog: StepCatalog, on host: HostInventory) -> JSON {
    ["step_types": .array(catalog.declarations.map { describe($0, missing: host.missing(of: $0)) })]
  }

  /// Describes a type; `missing` are the requirements that this host does not meet.
  package static func describe(_ type: StepDeclaration, missing: [Requirement]) -> JSON {
    [
      "step_type": .string(type.name),
      "description": .string(type.summary),
      "effects": .array(type.effects.names.map(JSON.string)),
      "parameters": type.parameterSchema,
      "outputs": .array(
        type.outputs.map {
          ["name": .string($0.name), "type": .string($0.type), "description": .string($0.summary)]
        }),
      "main_output": JSON(type.mainOutput),
      "example": .string(type.example),
      "available": .bool(!missing.contains(where: \.isEssential)),
      "requirements": .array(type.requirements.map { requirement($0, isMet: !missing.contains($0)) }),
    ]
  }

  private static func requirement(_ requirement: Requirement, isMet: Bool) -> JSON {
    let what: (kind: String, names: [String]) =
      switch requirement.kind {
      case .program(let names): ("program", names)
      case .library(let name): ("library", [name])
      }
    return [
      "kind": .string(what.kind), "any_of": .array(what.names.map(JSON.string)),
      "package": .string(requirement.package), "essential": .bool(requirement.isEssential),
      "met": .bool(isMet),
    ]
  }
}
