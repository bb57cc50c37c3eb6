import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct RAGQueryStepTests {
  private static func runner() async throws -> StepRunner {
    var runner = try StepRunner()
    runner.capabilities.models = .test(ModelSettings())
    runner.capabilities.knowledge = MemoryKnowledge().capability
    for (id, text, language) in [
      ("pump", "The pump must be primed with oil before the engine starts.", "en"),
      ("lunch", "Lunch is served at noon.", "en"), ("essen", "Das Essen gibt es um zwölf.", "de"),
    ] {
      _ = try await runner.run(
        RAGAddStep.self,
        [
          "id": .string(id), "content": .string(text), "metadata": ["language": .string(language)],
          "provider": "local",
        ])
    }
    return runner
  }

  @Test func `passages come back with what they are from`() async throws {
    let output = try await Self.runner().run(
      RAGQueryStep.self, "{ query: how is the pump primed, top_k: 1, mode: vector }")
    #expect(output["results_count"] == 1)
    #expect(output["results"]?[0]?["document_id"] == "pump")
    #expect(output["results"]?[0]?["chunk_id"] == "pump#0")
    #expect(output["results"]?[0]?["metadata"] == ["language": "en"])
    #expect(output["context"] == "[1] The pump must be primed with oil before the engine starts.")
    #expect(output["answer"] == .null && output["citations"] == [])
  }

  @Test func `a filter, a threshold and the mode choose among them`() async throws {
    let runner = try await Self.runner()
    func ids(_ parameters: String) async throws -> [String?] {
      let output = try await runner.run(RAGQueryStep.self, parameters)
      return output["results"]?.arrayValue?.map { $0["document_id"]?.stringValue } ?? []
    }
    #expect(try await ids("{ query: essen, filter: { language: de } }") == ["essen"])
    #expect(try await ids("{ query: lunch at noon, threshold: 0.5 }") == ["lunch"])
    #expect(try await ids("{ query: noon, mode: keyword }") == ["lunch"])
  }

  @Test func `an answer names the passages that it rests on`() async throws {
    let output = try await Self.runner().run(
      RAGQueryStep.self,
      "{ query: When is lunch served?, limit: 2, answer: true, llm: { provider: local } }")
    #expect(output["answer"]?.stringValue?.contains("Lunch is served at noon. [1]") == true)
    #expect(
      output["citations"]?[0] == ["number": 1, "document_id": "lunch", "chunk_id": "lunch#0"])
    let none = try await Self.runner().run(
      RAGQueryStep.self, "{ query: zebra, mode: keyword, answer: true, llm: { provider: local } }")
    #expect(none["answer"] == "Nothing was found that answers the question.")
  }

  @Test func `numbers of passages are read in the forms that models use`() {
    #expect(RAGQueryStep.numbers(in: "So [2], [1, 3] and [2]; not [x] or [") == [2, 1, 3])
  }

  @Test(arguments: ["hybrid", "vector", "keyword"])
  func `a collection that is not there is told`(mode: String) async throws {
    let runner = try await Self.runner()
    let failed = await failure {
      try await runner.run(
        RAGQueryStep.self, ["query": "a", "collection": "none", "mode": .string(mode)])
    }
    #expect(failed?.message == "search collection \"none\": there is none; rag_add makes it")
  }

  @Test(arguments: [
    ("{ limit: 2 }", ["/query: is required"]),
    (
      "{ query: a, limit: 2, top_k: 3 }",
      ["/top_k: is another spelling of \"limit\", which is given too; keep one of them"]
    ),
    ("{ query: a, limit: 0 }", ["/limit: expected a whole number from 1 to 1000, not 0"]),
    (
      "{ query: a, mode: magic }",
      ["/mode: expected one of \"hybrid\", \"vector\", \"keyword\", not \"magic\""]
    ),
    ("{ query: a, llm: { provider: local } }", ["/llm: needs answer: true"]),
    (
      "{ query: a, answer: true, llm: { temperature: 9 } }",
      ["/llm: temperature: expected a number from 0.0 to 2.0, not 9"]
    ),
  ])
  func `bad parameters are refused at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(RAGQueryStep.self, parameters) == problems)
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(RAGQueryStep.self) }
}
