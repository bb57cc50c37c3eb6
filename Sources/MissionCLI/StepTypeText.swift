import Formats
import MissionModel
import MissionServer

/// A step type as a page of text.
enum StepTypeText {
  /// What a host can do of a type's work.
  enum Readiness: String, CaseIterable {
    case ready
    /// Something is missing that a part of the work needs.
    case partly
    case no

    init(_ type: StepDeclaration, missing: [Requirement]) {
      self = missing.isEmpty ? .ready : missing.contains(where: \.isEssential) ? .no : .partly
    }
  }

  /// A line for each type: its name, whether `host` has what it needs, and what it does.
  static func list(_ catalog: StepCatalog, on host: HostInventory) -> String {
    let nameWidth = catalog.declarations.map(\.name.count).max() ?? 0
    let wordWidth = Readiness.allCases.map(\.rawValue.count).max() ?? 0
    return catalog.declarations.map { type in
      let word = Readiness(type, missing: host.missing(of: type)).rawValue
      return padded(type.name, nameWidth) + padded(word, wordWidth) + type.summary
    }.joined(separator: "\n")
  }

  private static func padded(_ word: String, _ width: Int) -> String {
    word + String(repeating: " ", count: width - word.count + 2)
  }

  /// Everything that its declaration says; `missing` are the requirements that the host does not meet.
  static func text(_ type: StepDeclaration, missing: [Requirement]) -> String {
    var text = "\(type.name): \(type.summary)\n\nParameters:\n"
    text += Columns.text(
      type.parameters.map { (([$0.name] + $0.aliases).joined(separator: " | "), describe($0)) })
    for group in type.groups { text += "  " + rule(group) + "\n" }
    text += "\nOutput:\n" + Columns.text(type.outputs.map { ($0.name, "\($0.summary) (\($0.type))") })
    if let main = type.mainOutput { text += "\nMain output: \(main)\n" }
    if !type.effects.isEmpty { text += "\nEffects: \(type.effects.names.joined(separator: ", "))\n" }
    for (title, isEssential) in [("Needs", true), ("Uses for a part of its work", false)] {
      let requirements = type.requirements.filter { $0.isEssential == isEssential }
      if requirements.isEmpty { continue }
      text += "\n\(title):\n"
      text += Columns.text(
        requirements.map {
          (
            HostInventory.name(of: $0),
            missing.contains($0) ? "missing; install \($0.package)" : "on this host"
          )
        })
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
}
