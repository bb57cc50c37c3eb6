import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct GenerateEmbeddingStepTests {
  private static func runner() async throws -> StepRunner {
    var runner = try StepRunner()
    runner.capabilities.models = .test(try await ModelServer.llamaSettings())
    return runner
  }

  @Test func `a text becomes a vector of a real model`() async throws {
    let output = try await Self.runner().run(GenerateEmbeddingStep.self, "{ text: hello }")
    #expect(output["dimensions"] == 64)
    #expect(output["count"] == 1)
    #expect(output["embedding"]?.arrayValue?.count == 64)
    #expect(output["embeddings"]?[0] == output["embedding"])
    #expect(output["provider"] == "openai")
    #expect(output["model"] == "text-embedding-3-small")
  }

  @Test func `several texts become as many vectors, and a file one or its chunks`() async throws {
    let runner = try await Self.runner()
    let texts = try await runner.run(GenerateEmbeddingStep.self, "{ texts: [a, b, c], batch_size: 2 }")
    #expect(texts["count"] == 3)
    try runner.directory.write(String(repeating: "word ", count: 30), to: "f.txt")
    let file = try await runner.run(GenerateEmbeddingStep.self, "{ file_path: f.txt, text_source: file }")
    #expect(file["count"] == 1)
    let chunks = try await runner.run(
      GenerateEmbeddingStep.self, "{ file_path: f.txt, chunk_size: 60, chunk_overlap: 10 }")
    #expect(chunks["count"] == 3)
  }

  @Test func `what cannot be embedded is told`() async throws {
    let runner = try await Self.runner()
    try runner.directory.write("", to: "empty")
    #expect(
      await failure { try await runner.run(GenerateEmbeddingStep.self, "{ file_path: empty }") }?.message
        == "read empty: the file is empty")
    #expect(
      try StepRunner.problems(GenerateEmbeddingStep.self, "{ text: a, chunk_size: 5, chunk_overlap: 5 }")
        == ["/chunk_overlap: 5 is not less than chunk_size (5)"])
    #expect(
      try StepRunner.problems(GenerateEmbeddingStep.self, "{ text: a, text_source: file }")
        == ["/text_source: is \"file\", but no file_path is given"])
    #expect(
      try StepRunner.problems(GenerateEmbeddingStep.self, "{ texts: [] }") == ["/texts: is empty"])
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(GenerateEmbeddingStep.self) }
}
