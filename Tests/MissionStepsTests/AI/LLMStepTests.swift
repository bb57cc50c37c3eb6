import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// `LLMStep`, and what it shares: `AnswerFormat`, `ChatMessages`, `Conversation`, `ModelParameters`.
@Suite struct LLMStepTests {
  private var runner: StepRunner

  init() throws { runner = try StepRunner() }

  /// A runner whose models answer one text after another, and what they were asked.
  private static func scripted(_ answers: [String]) throws -> (StepRunner, Observed<[ChatRequest]>) {
    var runner = try StepRunner()
    let asked = Observed<[ChatRequest]>([])
    runner.capabilities.models = Models(
      target: { _, _ in ModelTarget(provider: .openai, model: "m") },
      chat: { request, onText in
        asked.update { $0.append(request) }
        let text = answers[min(asked.value.count, answers.count) - 1]
        onText(text)
        return ChatAnswer(
          text: text, usage: TokenUsage(prompt: 2, completion: 3), model: "m", provider: .openai)
      }, embed: { _ throws(ModelFailure) in throw ModelFailure(.unsupported, "no") })
    return (runner, asked)
  }

  @Test func `a model answers, and its words are in the log`() async throws {
    let (runner, asked) = try Self.scripted(["It is fine."])
    let output = try await runner.run(
      LLMStep.self, "{ prompt: How is it?, system_message: Be brief, temperature: 0.7, stop: [END] }")
    for key in ["content", "response", "text", "analysis"] { #expect(output[key] == "It is fine.") }
    #expect(output["usage"] == ["prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5])
    #expect(output["provider"] == "openai")
    #expect(output["model"] == "m")
    #expect(output["finish_reason"] == "stop")
    #expect(output["json"] == JSON.null)
    let request = try #require(asked.value.first)
    #expect(request.turns == [.user("How is it?")])
    #expect(request.system == "Be brief")
    #expect(request.maxTokens == 1000)
    #expect(request.temperature == 0.7)
    #expect(request.stop == ["END"])
    #expect(request.streams)
    #expect(runner.log.value == "It is fine.\n")
  }

  @Test func `prompts and answers are logged as the configuration says`() async throws {
    var (runner, _) = try Self.scripted(["answer"])
    runner.capabilities.models.keeping = ModelKeeping(prompts: true, answers: false)
    _ = try await runner.run(LLMStep.self, "{ prompt: question, system_message: brief }")
    #expect(runner.log.value == "system: brief\nuser: question\n")
  }

  @Test func `a whole conversation may be given`() async throws {
    let (runner, asked) = try Self.scripted(["x"])
    _ = try await runner.run(
      LLMStep.self,
      """
      messages:
        - { role: system, content: one }
        - { role: user, content: two }
        - { role: assistant, tool_calls: [{ id: c, function: { name: look, arguments: '{"a":1}' } }] }
        - { role: tool, tool_call_id: c, content: seen }
      """)
    #expect(asked.value[0].system == "one")
    #expect(
      asked.value[0].turns == [
        .user("two"), .assistant("", calls: [ToolCall(id: "c", name: "look", arguments: ["a": 1])]),
        .results([ToolResult(callID: "c", name: "look", text: "seen")]),
      ])
  }

  @Test func `an answer that is not the wanted JSON is repaired once`() async throws {
    let (runner, asked) = try Self.scripted(["Sure! {}", "```json\n{\"n\": 1}\n```"])
    let output = try await runner.run(LLMStep.self, "{ prompt: x, response_format: json }")
    #expect(output["json"] == ["n": 1])
    #expect(output["usage"]?["total_tokens"] == 10)
    #expect(asked.value.count == 2)
    #expect(asked.value[1].turns[1] == .assistant("Sure! {}"))
    guard case .user(let words) = asked.value[1].turns[2] else { throw TestSupportError("no repair") }
    #expect(words.hasPrefix("That answer cannot be used: it is no JSON: "))
  }

  @Test func `an answer that is wrong twice fails with its text`() async throws {
    let (runner, _) = try Self.scripted(["{\"n\": 1}", "{\"n\": \"one\"}"])
    let schema = "{ type: object, properties: { n: { type: string, minLength: 5 } } }"
    let failed = await failure {
      try await runner.run(LLMStep.self, "{ prompt: x, response_format: \(schema) }")
    }
    let start =
      "the answer of openai m is not what response_format asks for, also at the second try: "
      + "it does not match the schema: /n: "
    #expect(failed?.message.hasPrefix(start) == true)
    #expect(failed?.message.hasSuffix(": \"{\\\"n\\\": \\\"one\\\"}\"") == true)
    #expect(failed?.output?["content"] == "{\"n\": \"one\"}")
  }

  @Test func `bad parameters are told at submission`() throws {
    #expect(
      try StepRunner.problems(LLMStep.self, "{}") == [": needs one of \"prompt\", \"messages\""])
    #expect(
      try StepRunner.problems(LLMStep.self, "{ messages: [{ role: user }] }")
        == [
          "/messages/0: expected a list of messages, each with role (system, user, assistant or tool) and "
            + "content, not [{\"role\":\"user\"}]"
        ])
    #expect(
      try StepRunner.problems(LLMStep.self, "{ prompt: x, response_format: xml, temperature: 3 }")
        == [
          "/temperature: expected a number from 0.0 to 2.0, not 3",
          "/response_format: expected \"text\", \"json\" or a JSON Schema, not \"xml\"",
        ])
  }

  @Test func `a schema that is none fails before the model is asked`() async throws {
    let (runner, asked) = try Self.scripted(["x"])
    await #expect(throws: StepFailure.self) {
      try await runner.run(LLMStep.self, "{ prompt: x, response_format: { type: nonsense } }")
    }
    #expect(asked.value.isEmpty)
  }

  @Test func `the failures of the models are the step's`() async throws {
    var runner = runner
    runner.capabilities.models = .test(ModelSettings())
    #expect(
      await failure { try await runner.run(LLMStep.self, "{ prompt: x }") }?.message
        == "openai: no key; set OPENAI_API_KEY in the environment, or name a secret in "
        + "ai.openai.key_secret; a server of your own needs none: name it by OPENAI_BASE_URL or "
        + "ai.openai.base_url")
  }

  @Test func `llama_cpp answers as a schema says`() async throws {
    var runner = runner
    runner.capabilities.models = .test(try await ModelServer.llamaSettings())
    let output = try await runner.run(
      LLMStep.self,
      """
      prompt: Give me one.
      temperature: 0
      max_tokens: 400
      response_format:
        type: object
        properties: { colour: { enum: [red, green] }, on: { type: boolean } }
        required: [colour, on]
        additionalProperties: false
      """)
    #expect(["red", "green"].contains(output["json"]?["colour"]))
    #expect(output["json"]?["on"]?.boolValue != nil)
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(LLMStep.self) }
}
