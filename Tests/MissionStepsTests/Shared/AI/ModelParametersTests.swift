import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct ModelParametersTests {
  @Test func `a provider that there is not is told at submission, with those that there are`() {
    var reader = ParameterReader(["provider": "opnai"], for: .checking)
    _ = ModelParameters(&reader)
    #expect(
      reader.problems.map(\.message) == [
        "there is no provider \"opnai\"; did you mean \"openai\"?; known are openai, anthropic, ollama, "
          + "google-gemini, azure-openai, local"
      ])
  }

  @Test func `a request takes over what was said, and the deadline`() throws {
    var reader = ParameterReader(
      ["provider": "ollama", "model": "m", "system_message": "s", "temperature": 1], for: .running)
    let parameters = ModelParameters(&reader)
    #expect(reader.problems.isEmpty)
    let context = try StepRunner().context(StepDeclaration(LLMStep.self))
    let request = parameters.request([.user("x")], in: context)
    #expect(request.choice == ModelChoice(provider: "ollama", model: "m"))
    #expect(request.system == "s")
    #expect(request.temperature == 1)
    #expect(request.maxTokens == 1000)
    #expect(request.deadline == context.deadline)
  }
}
