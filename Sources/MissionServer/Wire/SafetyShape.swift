package import Formats
import MissionModel
package import Sandbox

/// The safety report as `/missions/validate?safety=1` and `mission safety validate --json` give it.
package enum SafetyShape {
  /// The report; problems have their lines and columns.
  package static func json(_ report: SafetyReport) -> JSON {
    func list(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
    return [
      "risk": .string(report.risk.rawValue), "denied": .bool(report.isDenied),
      "sandbox": .string(report.sandbox.rawValue), "note": .string(SafetyReport.note),
      "denials": .array(report.denials.map(ValidationShape.problem)),
      "steps": .array(
        report.steps.map { step in
          [
            "id": .string(step.id), "step_type": .string(step.type), "effects": list(step.effects.names),
            "reads": list(step.reads), "writes": list(step.writes), "programs": list(step.programs),
            "hosts": list(step.hosts), "secrets": list(step.secrets), "risk": .string(step.risk.rawValue),
            "reasons": list(step.reasons), "denials": .array(step.denials.map(ValidationShape.problem)),
            "unknown": list(step.unknown),
          ]
        }),
    ]
  }
}
