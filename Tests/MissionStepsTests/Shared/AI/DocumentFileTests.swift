import Foundation
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct DocumentFileTests {
  private let runner: StepRunner

  init() throws {
    var runner = try StepRunner()
    runner.capabilities.models = .test(ModelSettings())
    runner.capabilities.knowledge = MemoryKnowledge().capability
    self.runner = runner
    try runner.directory.write("", to: "empty")
    try Data([0x61, 0xff]).write(to: URL(fileURLWithPath: runner.directory / "latin"))
  }

  @Test(arguments: [
    ("empty", "read empty: the file is empty"), ("latin", "read latin: byte 1 is not UTF-8 text"),
  ])
  func `a file without a text for a model is refused, whoever reads it`(file: String, message: String)
    async throws
  {
    for (type, parameters) in [
      (GenerateEmbeddingStep.self, "{ provider: local, file_path: \(file) }"),
      (RAGAddStep.self, "{ provider: local, id: d, content_file: \(file) }"),
    ] as [(any StepType.Type, String)] {
      let failed = await failure { try await runner.run(type, parameters) }
      #expect(failed?.message == message, "\(type.name)")
    }
  }
}
