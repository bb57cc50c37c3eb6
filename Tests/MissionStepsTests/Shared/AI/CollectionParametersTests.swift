import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct CollectionParametersTests {
  private static func embed(
    _ texts: [String], _ parameters: JSONObject, in runner: StepRunner
  ) async throws(StepFailure) -> KnowledgeCollection {
    var reader = ParameterReader(parameters, for: .running)
    let collection = CollectionParameters(&reader)
    return try await collection.embed(texts, in: runner.context(StepDeclaration(RAGAddStep.self))).collection
  }

  private static func runner() throws -> StepRunner {
    var runner = try StepRunner()
    runner.capabilities.models = .test(ModelSettings())
    runner.capabilities.knowledge = MemoryKnowledge().capability
    return runner
  }

  @Test func `a new collection is what the step's model makes`() async throws {
    let made = try await Self.embed(["a"], ["provider": "local"], in: Self.runner())
    #expect(
      made == KnowledgeCollection(name: "default", provider: "local", model: "ngram", dimensions: 384))
  }

  @Test func `a known collection brings its model, and takes no other`() async throws {
    let runner = try Self.runner()
    _ = try await runner.run(RAGAddStep.self, "{ id: d, content: a, collection: c, provider: local }")
    #expect(try await Self.embed(["a"], ["collection": "c"], in: runner).model == "ngram")
    let refused = await failure {
      try await Self.embed(["a"], ["collection": "c", "provider": "local", "model": "big"], in: runner)
    }
    #expect(
      refused?.message
        == "collection \"c\" holds vectors of local ngram (384 dimensions), not of local big (384); "
        + "take another collection, or the same model")
  }

  @Test func `a provider that there is not is told with those that there are`() async throws {
    var runner = try Self.runner()
    var settings = ModelSettings()
    settings.embeddingProvider = "locl"
    runner.capabilities.models = .test(settings)
    let failed = await failure { [runner] in try await Self.embed(["a"], [:], in: runner) }
    #expect(
      failed?.message
        == "there is no provider \"locl\"; did you mean \"local\"?; known are openai, anthropic, ollama, "
        + "google-gemini, azure-openai, local")
  }
}
