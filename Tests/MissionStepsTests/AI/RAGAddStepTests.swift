import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct RAGAddStepTests {
  private let store = MemoryKnowledge()

  private func runner() throws -> StepRunner {
    var runner = try StepRunner()
    runner.capabilities.models = .test(ModelSettings())
    runner.capabilities.knowledge = store.capability
    return runner
  }

  @Test func `a text is cut and kept`() async throws {
    let output = try await runner().run(
      RAGAddStep.self,
      "{ id: d, content: One two three four five six, chunk_size: 12, chunk_overlap: 4, provider: local }")
    #expect(
      output == ["document_id": "d", "chunks": 4, "content_length": 27, "added": true, "replaced": false])
    #expect(await store.chunks("d", in: "default")?.allSatisfy { $0.count <= 12 } == true)
  }

  @Test func `a file or several texts are kept, and a second time they replace`() async throws {
    let runner = try runner()
    try runner.directory.write("from a file", to: "f.txt")
    let file = try await runner.run(
      RAGAddStep.self, "{ id: d, content_file: f.txt, collection: c, provider: local }")
    #expect(file["replaced"] == false && file["chunks"] == 1)
    // The collection remembers who makes its vectors.
    let again = try await runner.run(RAGAddStep.self, "{ id: d, contents: [a, b], collection: c }")
    #expect(again["replaced"] == true && again["chunks"] == 2 && again["content_length"] == 2)
    #expect(await store.chunks("d", in: "c") == ["a", "b"])
  }

  @Test func `vectors of another model are refused before that is asked`() async throws {
    let runner = try runner()
    _ = try await runner.run(RAGAddStep.self, "{ id: d, content: a, provider: local }")
    let refused = await failure {
      try await runner.run(RAGAddStep.self, "{ id: e, content: a, provider: openai }")
    }
    #expect(refused?.kind == .badParameters)
    #expect(
      refused?.message
        == "collection \"default\" holds vectors of local ngram (384 dimensions), not of "
        + "openai text-embedding-3-small (384); take another collection, or the same model")
  }

  @Test func `what cannot be read is told`() async throws {
    let runner = try runner()
    try runner.directory.write("", to: "empty")
    for (file, message) in [
      ("empty", "read empty: the file is empty"), ("none", "read none: no such file or directory (2)"),
    ] {
      let failed = await failure {
        try await runner.run(RAGAddStep.self, ["id": "d", "content_file": .string(file)])
      }
      #expect(failed?.message == message)
    }
  }

  @Test(arguments: [
    ("{ id: d }", ["/: needs one of \"content\", \"content_file\", \"contents\""]),
    ("{ content: a }", ["/id: is required"]),
    ("{ id: d, contents: [] }", ["/contents: is empty"]),
    (
      "{ id: d, content: a, chunk_size: 5, chunk_overlap: 5 }",
      ["/chunk_overlap: 5 is not less than chunk_size (5)"]
    ),
    ("{ id: d, content: a, metadata: 5 }", ["/metadata: expected a map, not 5"]),
    ("{ id: d, content: a, chunk_size: 100 }", []),
  ])
  func `bad parameters are refused at submission`(parameters: String, problems: [String]) throws {
    let found = try StepRunner.problems(RAGAddStep.self, parameters)
    #expect(found.map { $0.hasPrefix(":") ? "/" + $0 : $0 } == problems)
  }

  @Test func `a step that is told to end keeps nothing`() async throws {
    let runner = try runner()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await failure {
        try await runner.run(RAGAddStep.self, "{ id: d, content: a, provider: local }")
      }
    }
    #expect(await task.value?.kind == .cancelled)
    #expect(await store.chunks("d", in: "default") == nil)
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(RAGAddStep.self) }
}
