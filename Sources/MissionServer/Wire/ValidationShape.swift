package import Formats
import MissionEngine
package import MissionModel

extension JSON {
  /// An object with one more member.
  func adding(_ key: String, _ value: JSON) -> JSON {
    var members = objectValue ?? [:]
    members[key] = value
    return .object(members)
  }
}

/// What `/missions/validate` and a dry run answer, and how problems look in every answer.
package enum ValidationShape {
  /// One problem: where, what, and the way out. A place that the text does not have is null.
  package static func problem(_ problem: Problem) -> JSON {
    [
      "pointer": .string(problem.pointer),
      "line": problem.line > 0 ? JSON(problem.line) : .null,
      "column": problem.line > 0 ? JSON(problem.column) : .null,
      "message": .string(problem.message), "hint": JSON(problem.hint),
    ]
  }

  /// The answer for a mission without errors: its order and its waves.
  package static func valid(_ mission: Mission, warnings: [Problem]) -> JSON {
    let steps = mission.steps
    func names(_ places: [Int]) -> JSON { .array(places.map { .string(steps[$0].id) }) }
    return [
      "valid": true, "errors": [], "warnings": .array(warnings.map(problem)),
      "execution_order": TopologicalOrder.order(of: steps).map(names) ?? .null,
      "waves": TopologicalOrder.waves(of: steps).map { .array($0.map(names)) } ?? .null,
    ]
  }

  /// The answer for a document with errors.
  package static func invalid(_ error: ValidationError) -> JSON {
    [
      "valid": false, "errors": .array(error.problems.filter { $0.severity == .error }.map(problem)),
      "warnings": .array(error.problems.filter { $0.severity == .warning }.map(problem)),
      "execution_order": .null, "waves": .null,
    ]
  }
}
