import Formats
import MissionModel
import MissionSteps

/// Tells at submission of connections that the configuration does not name. They may be added until the step
/// starts, so nothing is refused.
struct ConnectionNames: Sendable {
  /// The names under `databases`.
  let known: @Sendable () -> [String]

  /// A warning for each name in `parameters`, and in those of the sub-steps of a chain or tool, that is not
  /// known; pointers begin at the step.
  func warnings(_ type: StepDeclaration, _ parameters: JSONObject) -> [Problem] {
    warnings(type, parameters, at: "/parameters/")
  }

  private func warnings(
    _ type: StepDeclaration, _ parameters: JSONObject, at pointer: String
  ) -> [Problem] {
    var warnings: [Problem] = []
    for (spellings, access) in type.named where access == .connection {
      for spelling in spellings {
        let names = known()
        guard let name = Self.name(parameters[spelling]?.stringValue), !names.contains(name) else { continue }
        warnings.append(
          Problem(
            .warning, at: pointer + spelling, "the configuration has no database \"\(name)\"",
            hint: EditDistance.closest(to: name, among: names).map { "did you mean \"\($0)\"?" }
              ?? "name it under databases: in the configuration before the step starts"))
      }
    }
    for (place, part) in Self.subSteps(of: type, parameters) {
      guard case .found(let declaration) = StepCatalog.builtin.look(up: part.type) else { continue }
      warnings += self.warnings(declaration, part.parameters, at: "\(pointer)\(place)/")
    }
    return warnings
  }

  /// The sub-steps that a step names, each with the place of its parameters in those of the step.
  private static func subSteps(
    of type: StepDeclaration, _ parameters: JSONObject
  ) -> [(place: String, part: ChainPart)] {
    switch type.name {
    case ChainStep.name:
      return ChainPart.all(in: parameters).enumerated().map { ("steps/\($0)/parameters", $1) }
    case ToolStep.name:
      guard let tool = (parameters["tool"] ?? parameters["tool_name"])?.stringValue else { return [] }
      return ["parameters", "params"].compactMap { place in
        parameters[place]?.objectValue.map { (place, ChainPart(name: tool, type: tool, parameters: $0)) }
      }
    default: return []
    }
  }

  /// The name that a connection is; nil for an address, a placeholder, and what is neither.
  private static func name(_ connection: String?) -> String? {
    guard let connection else { return nil }
    do throws(StepFailure) {
      if case .name(let name) = try DatabaseAddress(connection) { return name }
      return nil
    } catch { return nil }
  }
}
