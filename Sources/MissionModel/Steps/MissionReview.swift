package import Formats

/// What says no to missions that are sound: the policy. A pure decision on what a document says.
package struct MissionReview: Sendable {
  /// Judges a step by what its type declares and what its parameters name; pointers begin at the step.
  ///
  /// - Parameter isFilled: whether the placeholders of the parameters have been filled; before that, values
  ///   that have some are left open.
  package var step:
    @Sendable (_ type: StepDeclaration, _ parameters: JSONObject, _ isFilled: Bool) -> [Problem]
  /// Judges what holds for the whole mission and for the heads of its steps.
  package var mission: @Sendable (_ mission: Mission) -> [Problem]

  /// Makes a review of its two judgements.
  package init(
    step: @escaping @Sendable (StepDeclaration, JSONObject, Bool) -> [Problem],
    mission: @escaping @Sendable (Mission) -> [Problem]
  ) {
    self.step = step
    self.mission = mission
  }

  /// Says no to nothing.
  package static let none = MissionReview(step: { _, _, _ in [] }, mission: { _ in [] })
}
