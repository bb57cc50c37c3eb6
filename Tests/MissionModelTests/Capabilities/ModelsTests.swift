import Formats
import MissionModel
import Testing

@Suite struct ModelsTests {
  @Test func `a step that declared no models asks none`() async {
    let models = Capabilities().limited(to: [.usesNetwork]).models
    await #expect(
      throws: ModelFailure(
        .denied, "ask a model: this step type did not declare that it calls models")
    ) { try await models.chat(ChatRequest([.user("x")])) { _ in } }
  }

  @Test func `the engine is told whether another attempt makes sense`() {
    #expect(ModelFailure(.missingKey, "m").stepFailure == StepFailure(.badParameters, "m"))
    #expect(ModelFailure(.denied, "m").stepFailure.kind == .denied)
    #expect(ModelFailure(.cancelled, "m").stepFailure == .cancelled)
    for kind in [ModelFailure.Kind.unavailable, .cutOff, .unreachable] {
      #expect(ModelFailure(kind, "m").stepFailure == StepFailure("m"))
    }
  }

  @Test func `tokens add up`() {
    var usage = TokenUsage(prompt: 1, completion: 2)
    usage += TokenUsage(prompt: 3, completion: 4)
    #expect(usage.json == ["prompt_tokens": 4, "completion_tokens": 6, "total_tokens": 10])
  }
}
