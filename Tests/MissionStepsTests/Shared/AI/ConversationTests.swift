import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct ConversationTests {
  @Test func `what all answers used is summed, and a temperature that is not taken is told`() async throws {
    var runner = try StepRunner()
    runner.capabilities.models = .test(
      try await ModelServer.vendorSettings(), environment: ModelServer.vendorEnvironment)
    var conversation = Conversation(runner.context(StepDeclaration(LLMStep.self)))
    var request = ChatRequest([.user("x")], choice: ModelChoice(provider: "anthropic"))
    request.temperature = 1
    _ = try await conversation.ask(request)
    _ = try await conversation.ask(request)
    #expect(conversation.usage == TokenUsage(prompt: 22, completion: 10))
    #expect(
      runner.warnings.value.first == "anthropic takes no temperature any more: it was left out")
  }
}
