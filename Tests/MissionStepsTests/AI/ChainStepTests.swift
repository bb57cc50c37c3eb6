import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite(.timeLimit(.minutes(1))) struct ChainStepTests {
  private static let types: [any StepType.Type] = [
    ChainStep.self, ToolStep.self, NoopStep.self, CreateFileStep.self, ReadFileStep.self, LLMStep.self,
  ]
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  private func run(
    _ parameters: String, checkpoint: JSON? = nil, adjust: (inout MissionConfig) -> Void = { _ in }
  ) async throws -> StepResult {
    try await runner.carryOut(
      "chain", parameters, types: Self.types, context: ["name": "outer"], checkpoint: checkpoint,
      adjust: adjust)
  }

  @Test func `sub-steps run in order, each with what came before it`() async throws {
    let result = try await run(
      """
      input: hi
      steps:
        - { step_name: first, step_type: noop, parameters: { message: "{{input}} {{name}}" } }
        - { id: second, type: create_file, parameters: { path: a, content: "{{previous.output.message}}!" } }
        - { step_type: read_file, parameters: { path: "{{steps.second.output.path}}" } }
        - { step_type: noop, parameters: { message: "{{previous}} {{steps.first.status}}" } }
      """)
    #expect(result.error == nil)
    #expect(try runner.directory.read("a") == "hi outer!")
    #expect(result.output["steps"]?.objectValue?.keys == ["first", "second", "step3", "step4"])
    #expect(result.output["result"]?["message"] == "hi outer! success")
    #expect(result.output["steps"]?["step3"]?["content"] == "hi outer!")
  }

  @Test func `a failure names its sub-step, and shows what was done before`() async throws {
    let result = try await run(
      """
      steps:
        - { step_name: good, step_type: noop, parameters: { message: x } }
        - { step_name: bad, step_type: read_file, parameters: { path: none } }
        - { step_name: never, step_type: create_file, parameters: { path: never, content: "" } }
      """)
    #expect(
      result.error == "sub-step \"bad\": read none: no such file or directory (2)")
    #expect(result.output["steps"]?.objectValue?.keys == ["good"])
    #expect(!runner.directory.contains("never"))
  }

  @Test func `parallel sub-steps run at once, and their results go by name`() async throws {
    let result = try await run(
      """
      type: parallel
      input: 7
      steps:
        - { step_name: a, step_type: noop, parameters: { message: "{{input}}", duration_ms: 30 } }
        - { step_name: b, step_type: noop, parameters: { message: b } }
      """)
    #expect(result.output["result"]?["a"]?["message"] == "7")
    #expect(result.output["result"]?["b"]?["message"] == "b")
  }

  @Test func `map_reduce runs the first for each element and the others on the results`() async throws {
    let result = try await run(
      """
      type: map_reduce
      input: [1, 2, 3]
      steps:
        - step_name: map
          step_type: tool
          parameters: { tool: calculator, parameters: { expression: "{{item}} * 2" } }
        - { step_name: reduce, step_type: noop, parameters: { message: "{{previous}}" } }
      """, adjust: { $0.maxConcurrentSteps = 2 })
    #expect(result.error == nil)
    #expect(
      result.output["steps"]?["map"]?.arrayValue?.compactMap { $0["result"] } == [2, 4, 6])
    #expect(result.output["result"]?["message"]?.stringValue?.hasPrefix("[{\"expression\":\"1 * 2\"") == true)
  }

  @Test func `prompts are asked with the chain's provider`() async throws {
    var runner = runner
    let asked = Observed<[ChatRequest]>([])
    runner.capabilities.models = Models(
      target: { _, _ in ModelTarget(provider: .ollama, model: "m") },
      chat: { request, _ in
        asked.update { $0.append(request) }
        return ChatAnswer(text: "answer \(asked.value.count)", model: "m", provider: .ollama)
      }, embed: { _ throws(ModelFailure) in throw ModelFailure(.unsupported, "no") })
    let result = try await runner.carryOut(
      "chain",
      """
      provider: ollama
      system_message: brief
      input: cats
      prompts: ["Write of {{input}}", "Shorten: {{previous}}"]
      """, types: Self.types)
    #expect(result.output["result"] == "answer 2")
    #expect(asked.value.map(\.turns) == [[.user("Write of cats")], [.user("Shorten: answer 1")]])
    #expect(asked.value.allSatisfy { $0.choice.provider == "ollama" && $0.system == "brief" })
  }

  @Test func `what is over does not run again`() async throws {
    let stored = Observed<[JSON]>([])
    let document = """
      steps:
        - { step_name: a, step_type: noop, parameters: { message: one } }
        - { step_name: b, step_type: read_file, parameters: { path: later } }
      """
    let first = try await runner.carryOut(
      "chain", document, types: Self.types, stored: { value in stored.update { $0.append(value) } })
    #expect(first.status == .failed)
    let kept = try #require(stored.value.first)
    #expect(stored.value.map(\.isNull) == [false, true])
    try runner.directory.write("now", to: "later")
    let before = runner.log.value
    let second = try await run(document, checkpoint: kept)
    #expect(second.output["result"] == "now")
    #expect(second.output["steps"]?["a"]?["message"] == "one")
    #expect(!runner.log.value.dropFirst(before.count).contains("→ a"))
  }

  @Test func `a sub-step has a time of its own`() async throws {
    let result = try await run(
      "steps: [{ step_name: slow, step_type: noop, parameters: { duration_ms: 60000 }, timeout_seconds: 1 }]")
    #expect(result.error == "sub-step \"slow\": timed out after 1 s")
  }

  @Test func `everything wrong is told at submission`() throws {
    #expect(
      try StepRunner.problems(
        ChainStep.self, "{ steps: [{ step_name: a, step_type: read_fil, parameters: {} }] }")
        == ["/steps: a: there is no step type \"read_fil\"; did you mean \"read_file\"?"])
    #expect(
      try StepRunner.problems(
        ChainStep.self, "{ steps: [{ step_name: a, step_type: read_file, parameters: { pth: x } }] }")
        == [
          "/steps: a: parameters/path: is required",
          "/steps: a: parameters/pth: unknown parameter; did you mean \"path\"?",
        ])
    #expect(
      try StepRunner.problems(ChainStep.self, "{ steps: [{ step_type: noop }, { id: step1, type: noop }] }")
        == ["/steps/1: \"step1\" names two sub-steps"])
    #expect(
      try StepRunner.problems(ChainStep.self, "{ type: map_reduce, prompts: [a], input: 3 }")
        == ["/input: is a list where type is map_reduce, not an integer"])
    #expect(
      try StepRunner.problems(ChainStep.self, "{ steps: [{ step_type: noop }], model: m }")
        == ["/model: is for prompts; give it to the sub-steps"])
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(ChainStep.self) }
}
