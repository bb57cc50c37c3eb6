import Formats
import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct LocalTextTests {
  private static let text = """
    The pump moves oil from the tank to the engine. It was painted blue. The pump must be primed before the \
    engine starts. Visitors like the colour. Oil in the tank keeps the pump cool.
    """

  private func ask(_ prompt: String, _ change: (inout ChatRequest) -> Void = { _ in }) throws(ModelFailure)
    -> String
  {
    var request = ChatRequest([.user(prompt)])
    change(&request)
    return try LocalText.answer(request).text
  }

  private static let refusal = """
    local: no language model is behind the provider local; it knows only prompts that begin with \
    "summarize:", "keywords:" or "answer:", or with a JSON Schema "fields:", and answers with parts of the \
    text; name another provider, such as openai or ollama
    """

  @Test func `a summary is the sentences that share most words with the rest, in their order`() throws {
    #expect(
      try ask("Summarize: \(Self.text)")
        == "The pump moves oil from the tank to the engine. The pump must be primed before the engine starts. "
        + "Oil in the tank keeps the pump cool.")
  }

  @Test func `keywords are the most frequent words`() throws {
    #expect(try ask("keywords: \(Self.text)").hasPrefix("pump, engine, oil, tank"))
  }

  @Test func `an answer is the sentences nearest to the question, with their passages`() throws {
    let answer = try ask(
      "answer: When must the pump be primed?\n\n[1] Lunch is at noon.\n\n[2] The pump must be primed at night."
    )
    #expect(answer == "The pump must be primed at night. [2]")
    #expect(
      try ask("answer: zebra?\n\n[1] Lunch is at noon.") == "No sentence of the text is near the question.")
    #expect(try ask("answer: no text") == "No sentence of the text is near the question.")
  }

  @Test(arguments: ["Write a poem", "Translate: guten Tag", "summarize:", "summarize:  \n"])
  func `what only a language model can do is refused`(prompt: String) {
    #expect(throws: ModelFailure(.unsupported, Self.refusal)) { try ask(prompt) }
  }

  @Test func `tools, JSON and conversations are refused`() {
    #expect(throws: ModelFailure(.unsupported, Self.refusal)) {
      try ask("summarize: a") { $0.format = .json }
    }
    #expect(throws: ModelFailure(.unsupported, Self.refusal)) {
      try ask("summarize: a") { $0.tools = [ChatTool(name: "t", summary: "", parameters: [:])] }
    }
    #expect(throws: ModelFailure(.unsupported, Self.refusal)) {
      try ask("summarize: a") { $0.turns.append(.assistant("b")) }
    }
  }

  @Test func `the capability answers and embeds without a network`() async throws {
    let models = Models.live(
      ModelSettings(), environment: [:], secret: { .missing($0) }, network: .denied,
      now: { .init(milliseconds: 0) })
    let local = ModelChoice(provider: "local")
    let answer = try await models.chat(ChatRequest([.user("summarize: One.")], choice: local)) { _ in }
    #expect(answer == ChatAnswer(text: "One.", model: "extract", provider: .local))
    let vectors = try await models.embed(EmbeddingRequest(["a pump", "b"], choice: local))
    #expect(vectors.dimensions == 384 && vectors.vectors.count == 2 && vectors.model == "ngram")
    await #expect(
      throws: ModelFailure(.unknownModel, "local: there is no model \"big\"; known is ngram")
    ) {
      try await models.embed(EmbeddingRequest(["a"], choice: ModelChoice(provider: "local", model: "big")))
    }
  }
}
