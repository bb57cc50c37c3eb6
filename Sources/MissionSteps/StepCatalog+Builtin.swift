// Written by scripts/generate from the files beside this one.
package import MissionModel

extension StepCatalog {
  /// Every step type that missiond brings.
  package static let builtin = StepCatalog([
    NoopStep.self
  ])
}
