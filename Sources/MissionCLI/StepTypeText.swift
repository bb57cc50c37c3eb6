import Formats
import MissionModel

/// A step type as a page of text.
enum StepTypeText {
  /// Everything that its declaration says.
  static func text(_ type: StepDeclaration) -> String {
    var text = "\(type.name): \(type.summary)\n\nParameters:\n"
    text += Columns.text(
      type.parameters.map { (([$0.name] + $0.aliases).joined(separator: " | "), describe($0)) })
    for group in type.groups { text += "  " + rule(group) + "\n" }
    text += "\nOutput:\n" + Columns.text(type.outputs.map { ($0.name, "\($0.summary) (\($0.type))") })
    if let main = type.mainOutput { text += "\nMain output: \(main)\n" }
    if !type.effects.isEmpty { text += "\nEffects: \(type.effects.names.joined(separator: ", "))\n" }
    if !type.requirements.isEmpty {
      text +=
        "\nNeeds: " + type.requirements.map { "\(name($0)) (Debian: \($0.package))" }.joined(separator: ", ")
        + "\n"
    }
    return text + "\nExample:\n"
      + type.example.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
  }

  private static func describe(_ parameter: ParameterDeclaration) -> String {
    let presence =
      parameter.isRequired ? "required" : parameter.fallback.map { "default \($0.excerpt)" } ?? "optional"
    return "\(parameter.summary) Expects \(parameter.expectation); \(presence)."
  }

  private static func rule(_ group: ParameterGroup) -> String {
    let names = group.names.joined(separator: ", ")
    return switch group.rule {
    case .exactlyOne: "Exactly one of: \(names)"
    case .atMostOne: "At most one of: \(names)"
    case .atLeastOne: "At least one of: \(names)"
    }
  }

  private static func name(_ requirement: Requirement) -> String {
    switch requirement.kind {
    case .program(let names): names.joined(separator: " or ")
    case .library(let name): name
    }
  }
}
