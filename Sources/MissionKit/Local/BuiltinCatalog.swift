package import MissionModel
import MissionSteps

/// The step types that this build brings, for those who compose.
package enum BuiltinCatalog {
  /// All of them.
  package static let catalog = StepCatalog.builtin
}
