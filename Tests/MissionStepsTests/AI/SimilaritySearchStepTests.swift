import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct SimilaritySearchStepTests {
  private static func runner() async throws -> StepRunner {
    var runner = try StepRunner()
    runner.capabilities.models = .test(ModelSettings())
    runner.capabilities.knowledge = MemoryKnowledge().capability
    return runner
  }

  @Test func `documents of the step are ranked by a text`() async throws {
    let output = try await Self.runner().run(
      SimilaritySearchStep.self,
      """
      query: broken pump
      provider: local
      top_k: 1
      documents: [Lunch is at noon, { id: p, text: The pump is broken, metadata: { floor: 2 } }]
      """)
    #expect(output["count"] == 1)
    let best = output["results"]?[0]
    #expect(best?["id"] == "p" && best?["rank"] == 1 && best?["metadata"] == ["floor": 2])
    #expect(best?["text"] == "The pump is broken")
  }

  @Test func `vectors are compared by the metric, without any model`() async throws {
    let runner = try await Self.runner()
    func ids(_ rest: String) async throws -> [JSON?] {
      let output = try await runner.run(
        SimilaritySearchStep.self,
        "{ query_embedding: [1, 0], documents: [{ id: near, embedding: [1, 0.1] }, "
          + "{ id: long, embedding: [5, 5], metadata: { kind: x } }], \(rest) }")
      return output["results"]?.arrayValue?.map { $0["id"] } ?? []
    }
    #expect(try await ids("metric: cosine") == ["near", "long"])
    #expect(try await ids("metric: dot") == ["long", "near"])
    #expect(try await ids("metric: euclidean, threshold: 0.5") == ["near"])
    #expect(try await ids("filter: { kind: x }") == ["long"])
    #expect(try await ids("filter: { kind: y }") == [])
  }

  @Test func `a collection is searched by text or vector, also as database`() async throws {
    let runner = try await Self.runner()
    _ = try await runner.run(RAGAddStep.self, "{ id: d, content: pump, collection: c, provider: local }")
    let text = try await runner.run(SimilaritySearchStep.self, "{ query: pump, database: c }")
    #expect(text["results"]?[0]?["id"] == "d")
    let missing = await failure {
      try await runner.run(SimilaritySearchStep.self, "{ query_embedding: [1], collection: x }")
    }
    #expect(missing?.message == "search collection \"x\": there is none; rag_add makes it")
  }

  @Test func `vectors of different lengths are refused`() async throws {
    let runner = try await Self.runner()
    let failed = await failure {
      try await runner.run(
        SimilaritySearchStep.self, "{ query_embedding: [1], documents: [{ id: a, embedding: [1, 2] }] }")
    }
    #expect(failed?.message == "document \"a\": its vector has 2 dimensions, the query's 1")
  }

  @Test(arguments: [
    ("{ query_embedding: [] }", ["/query_embedding: is empty"]),
    (
      "{ query: a, collection: c, documents: [b] }",
      ["/documents: excludes \"collection\"; give one of \"collection\", \"documents\""]
    ),
    (
      "{ query: a, documents: [b, {}] }",
      ["/documents/1: expected a list of texts, or of maps with text or embedding, not [\"b\",{}]"]
    ),
    (
      "{ query: a, metric: taxi }",
      ["/metric: expected one of \"cosine\", \"dot\", \"euclidean\", not \"taxi\""]
    ),
  ])
  func `bad parameters are refused at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(SimilaritySearchStep.self, parameters) == problems)
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(SimilaritySearchStep.self) }
}
