import Formats
import MissionModel
import TestSupport
import Testing

@testable import Sandbox

/// Every provider, through a server that reads our requests with the vendor's own types.
@Suite struct ModelsLiveTests {
  private static let providers = ["openai", "azure-openai", "anthropic", "ollama", "google-gemini"]

  private static func models() async throws -> Models {
    .test(try await ModelServer.vendorSettings(), environment: ModelServer.vendorEnvironment)
  }

  private static func ask(
    _ provider: String, _ text: String, _ change: (inout ChatRequest) -> Void = { _ in }
  ) async throws -> (answer: ChatAnswer, heard: [String]) {
    let models = try await models()
    var request = ChatRequest([.user(text)], choice: ModelChoice(provider: provider))
    request.deadline = .now + .seconds(20)
    change(&request)
    let heard = Observed<[String]>([])
    let answer = try await models.chat(request) { text in heard.update { $0.append(text) } }
    return (answer, heard.value)
  }

  private static let schema: JSON = [
    "type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"],
    "additionalProperties": false,
  ]

  @Test(arguments: providers, [true, false])
  func `a request is what the vendor's types say, and so is the answer`(
    provider: String, streams: Bool
  ) async throws {
    let (answer, heard) = try await Self.ask(provider, "häppy") { request in
      request.system = "be brief"
      request.temperature = 0.5
      request.maxTokens = 77
      request.stop = ["END"]
      request.format = .schema(Self.schema)
      request.streams = streams
    }
    let understood = try JSONParser.parse(answer.text)
    #expect(understood["system"] == "be brief")
    #expect(understood["user"] == "häppy")
    #expect(understood["temperature"] == (provider == "anthropic" ? .null : 0.5))
    #expect(understood["max_tokens"] == 77)
    #expect(understood["stop"] == ["END"])
    #expect(understood["format"] == Self.schema)
    #expect(answer.finishReason == "stop")
    #expect(answer.usage == TokenUsage(prompt: 11, completion: 5))
    #expect(answer.provider.rawValue == provider)
    #expect(answer.model == "test-model")
    #expect(heard.joined() == answer.text)
    #expect(streams ? heard.count > 5 : heard.count == 1)
  }

  @Test(arguments: providers)
  func `plain JSON is asked for in the provider's way`(provider: String) async throws {
    let (answer, _) = try await Self.ask(provider, "x") { $0.format = .json }
    let understood = try JSONParser.parse(answer.text)
    if provider == "anthropic" {
      #expect(understood["system"] == "Answer with one JSON value and nothing else.")
    } else {
      #expect(understood["format"] == "json")
    }
  }

  @Test(arguments: providers, [true, false])
  func `a tool is called, and its result goes back`(provider: String, streams: Bool) async throws {
    let tool = ChatTool(
      name: "look", summary: "Looks.", parameters: ["type": "object", "properties": [:]])
    let (first, _) = try await Self.ask(provider, "go") { request in
      request.tools = [tool]
      request.streams = streams
    }
    #expect(first.text == "I ask.")
    #expect(first.finishReason == "tool_calls")
    let call = try #require(first.calls.first)
    #expect(first.calls.count == 1)
    #expect(call.name == "look")
    #expect(call.arguments == ["text": "ä", "count": 2])
    let (second, _) = try await Self.ask(provider, "go") { request in
      request.tools = [tool]
      request.streams = streams
      request.turns += [
        .assistant(first.text, calls: first.calls),
        .results([ToolResult(callID: call.id, name: call.name, text: "found")]),
      ]
    }
    #expect(try JSONParser.parse(second.text)["results"] == [["look", "found"]])
  }

  @Test(arguments: providers.filter { $0 != "anthropic" })
  func `texts become vectors in their order, batch by batch`(provider: String) async throws {
    var request = EmbeddingRequest(["a", "bb", "ccc"], choice: ModelChoice(provider: provider))
    request.batchSize = 2
    let answer = try await Self.models().embed(request)
    #expect(answer.vectors == [[1, 0.5, -1], [2, 0.5, -1], [3, 0.5, -1]])
    #expect(answer.dimensions == 3)
  }

  @Test(arguments: providers, [429, 503])
  func `a busy provider is asked again when it says so`(provider: String, status: Int) async throws {
    let (answer, _) = try await Self.ask(provider, "busy 2 \(status) 0 \(provider)")
    #expect(answer.finishReason == "stop")
  }

  @Test func `a wait that passes the deadline is not begun`() async throws {
    let failure = await #expect(throws: ModelFailure.self) {
      try await Self.ask("openai", "busy 1 429 3600") { $0.deadline = .now + .seconds(5) }
    }
    #expect(failure?.kind == .unavailable)
    #expect(
      failure?.message
        == "openai test-model: status 429: busy; the wait that it asks for is longer than the step may take")
  }

  @Test(arguments: providers)
  func `a stream that ends in the middle is a failure that says so`(provider: String) async throws {
    let failure = await #expect(throws: ModelFailure.self) { try await Self.ask(provider, "cut") }
    #expect(failure?.kind == .cutOff)
    #expect(
      failure?.message.contains("the server ended the stream in the middle of the answer, after ") == true)
  }

  @Test(arguments: providers)
  func `a request past the context says so`(provider: String) async throws {
    let failure = await #expect(throws: ModelFailure.self) { try await Self.ask(provider, "long") }
    #expect(failure?.kind == .contextTooLong)
    #expect(
      failure?.message
        == "\(provider) test-model: the request is longer than the model's context; shorten it: status 400: "
        + "prompt is too long: 9 tokens exceed the maximum context length")
  }

  @Test func `other refusals give the provider's words`() async throws {
    let failure = await #expect(throws: ModelFailure.self) { try await Self.ask("anthropic", "status 400") }
    #expect(
      failure == ModelFailure(.refusedRequest, "anthropic test-model: status 400: as you wish"))
  }

  @Test(arguments: providers)
  func `an unknown model lists those that there are`(provider: String) async throws {
    let failure = await #expect(throws: ModelFailure.self) {
      try await Self.ask(provider, "x") { $0.choice.model = "nope" }
    }
    #expect(failure?.kind == .unknownModel)
    #expect(
      failure?.message
        == "\(provider) nope: status 404: model nope not found; known are test-model"
        + (provider == "azure-openai" ? "; model is the name of a deployment of the resource" : ""))
  }

  @Test func `an Azure that does not list its deployments leaves the word for them`() async throws {
    let server = try LoopbackServer { _ in
      let body = #"{"error":{"code":"DeploymentNotFound","message":"The deployment does not exist."}}"#
      return .last("HTTP/1.1 404 Not Found\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
    var settings = ModelSettings()
    settings.azureOpenAI.baseURL = server.url("")
    let models = Models.test(settings, environment: ["AZURE_OPENAI_API_KEY": "key-of-the-test"])
    let choice = ModelChoice(provider: "azure-openai", model: "mine")
    await #expect(
      throws: ModelFailure(
        .unknownModel,
        "azure-openai mine: status 404: The deployment does not exist; model is the name of a deployment of "
          + "the resource")
    ) { try await models.chat(ChatRequest([.user("x")], choice: choice)) { _ in } }
  }

  @Test(arguments: [
    ("openai", "most base addresses of this protocol end in /v1"),
    ("ollama", "Ollama's base address ends in its port"),
  ])
  func `a wrong base address is told from an unknown model`(
    provider: String, note: String
  ) async throws {
    let server = try LoopbackServer { _ in .last("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") }
    var settings = ModelSettings()
    settings.openai.baseURL = server.url("")
    settings.ollama.baseURL = server.url("")
    let models = Models.test(settings)
    let choice = ModelChoice(provider: provider, model: "mine")
    let failure = await #expect(throws: ModelFailure.self) {
      try await models.chat(ChatRequest([.user("x")], choice: choice)) { _ in }
    }
    #expect(
      failure?.message
        == "\(provider) mine: status 404; its list of models is not there either: \(note)")
  }

  @Test func `a wrong key is refused without being shown`() async throws {
    var environment = ModelServer.vendorEnvironment
    environment["OPENAI_API_KEY"] = "wrong-key-9876543210"
    let models = Models.test(try await ModelServer.vendorSettings(), environment: environment)
    let failure = await #expect(throws: ModelFailure.self) {
      try await models.chat(ChatRequest([.user("x")], choice: ModelChoice(provider: "openai"))) { _ in }
    }
    #expect(
      failure
        == ModelFailure(
          .refusedKey, "openai test-model: the key was refused: status 401: no such key"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a cancel in the middle of a stream closes the connection at once`() async throws {
    let server = try LoopbackServer { _ in
      .silence(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
          + "data: {\"choices\":[{\"delta\":{\"content\":\"He\"}}]}\n\n")
    }
    var settings = ModelSettings()
    settings.openai.baseURL = server.url("/v1")
    let models = Models.test(settings)
    let heard = Observed("")
    let task = Task {
      try await models.chat(ChatRequest([.user("x")])) { text in heard.update { $0 += text } }
    }
    _ = try await heard.wait("the first words") { $0 == "He" }
    task.cancel()
    let result = await task.result
    #expect(throws: ModelFailure(.cancelled, "cancelled")) { try result.get() }
    _ = try await server.departures.wait("the connection to be closed") { $0 == 1 }
  }

  @Test func `a server that answers in one although it was asked for a stream is understood`() async throws {
    let body = #"{"choices":[{"message":{"content":"all"},"finish_reason":"stop"}]}"#
    let server = try LoopbackServer { _ in
      .last(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
    }
    var settings = ModelSettings()
    settings.openai.baseURL = server.url("/v1")
    let answer = try await Models.test(settings).chat(ChatRequest([.user("x")])) { _ in }
    #expect(answer.text == "all")
  }

  @Test func `llama_cpp's own server answers, streams and embeds`() async throws {
    let models = Models.test(try await ModelServer.llamaSettings())
    var request = ChatRequest([.user("Hello")])
    request.maxTokens = 12
    let heard = Observed("")
    let answer = try await models.chat(request) { text in heard.update { $0 += text } }
    #expect(heard.value == answer.text)
    #expect(answer.usage.completion > 0)
    let vectors = try await models.embed(EmbeddingRequest(["one", "two"]))
    #expect(vectors.dimensions == 64)
    #expect(vectors.vectors[0] != vectors.vectors[1])
    request.turns = [.user(String(repeating: "long ", count: 1000))]
    let failure = await #expect(throws: ModelFailure.self) { try await models.chat(request) { _ in } }
    #expect(failure?.kind == .contextTooLong)
  }
}
