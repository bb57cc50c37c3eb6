package import Formats

/// What says no to missions that are sound: the policy. A pure decision on what a document says.
package struct MissionReview: Sendable {
  /// Judges a step by what its type declares and what its parameters name; pointers begin at the step.
  ///
  /// - Parameter isFilled: whether the placeholders of the parameters have been filled; before that, values
  ///   that have some are left open.
  package var step:
    @Sendable (_ type: StepDeclaration, _ parameters: JSONObject, _ isFilled: Bool) -> [Problem]
  /// Judges the head of a step, what stands beside its parameters; pointers begin at the step.
  package var head: @Sendable (_ step: Step) -> [Problem]
  /// Judges what holds for the whole mission.
  package var mission: @Sendable (_ mission: Mission) -> [Problem]
  /// Judges regular expressions before their steps run.
  package var patterns = Patterns.unjudged

  /// Makes a review of its judgements.
  package init(
    step: @escaping @Sendable (StepDeclaration, JSONObject, Bool) -> [Problem],
    head: @escaping @Sendable (Step) -> [Problem] = { _ in [] },
    mission: @escaping @Sendable (Mission) -> [Problem]
  ) {
    self.step = step
    self.head = head
    self.mission = mission
  }

  /// Says no to nothing.
  package static let none = MissionReview(step: { _, _, _ in [] }, mission: { _ in [] })
}
