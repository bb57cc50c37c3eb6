import Formats
import MissionModel
import MissionSteps
import Sandbox

/// Tells at submission of steps whose model cannot be asked as the configuration is now: without a key, an
/// address or a model. Those may be added until the step starts, so nothing is refused.
struct ModelKeys: Sendable {
  /// Where providers are, and with which keys.
  let directory: ModelDirectory

  /// A warning, where one is due; pointers begin at the step.
  func warnings(_ type: StepDeclaration, _ parameters: JSONObject) -> [Problem] {
    guard let purpose = Self.purpose(of: type.name) else { return [] }
    let (provider, model) = (parameters["provider"]?.stringValue, parameters["model"]?.stringValue)
    guard ![provider, model].contains(where: { $0?.contains("{{") == true }) else { return [] }
    do throws(ModelFailure) {
      try directory.check(ModelChoice(provider: provider, model: model), purpose)
      return []
    } catch {
      // A provider that there is not at all is an error, which its parameter tells.
      guard error.kind != .unknownProvider else { return [] }
      let pointer = provider == nil ? "/parameters" : "/parameters/provider"
      return [Problem(.warning, at: pointer, error.message)]
    }
  }

  /// What the types that always ask a model ask it for.
  private static func purpose(of type: String) -> ModelPurpose? {
    switch type {
    case LLMStep.name, AgentStep.name: .chat
    case GenerateEmbeddingStep.name: .embedding
    default: nil
    }
  }
}
