import Formats
import MissionModel

/// Ollama's own interface: `/api/chat` and `/api/embed`, answers a JSON value a line.
struct OllamaProtocol: ModelProtocol {
  var framing: StreamFraming { .lines }

  func chat(_ request: ChatRequest, model: String, at endpoint: ModelEndpoint) -> ModelCall {
    var options: JSONObject = [:]
    if let temperature = request.temperature { options["temperature"] = .double(temperature) }
    if let maxTokens = request.maxTokens { options["num_predict"] = JSON(maxTokens) }
    if !request.stop.isEmpty { options["stop"] = .array(request.stop.map(JSON.string)) }
    var body: JSONObject = [
      "model": .string(model), "messages": .array(Self.messages(request)), "stream": .bool(request.streams),
    ]
    if !options.isEmpty { body["options"] = .object(options) }
    if !request.tools.isEmpty { body["tools"] = .array(request.tools.map(OpenAIProtocol.tool)) }
    switch request.format {
    case .text: break
    case .json: body["format"] = "json"
    case .schema(let schema): body["format"] = schema
    }
    return ModelCall(
      url: endpoint.baseURL + "/api/chat", headers: Self.headers(endpoint), body: .object(body))
  }

  private static func messages(_ request: ChatRequest) -> [JSON] {
    var messages: [JSON] = request.system.map { [["role": "system", "content": .string($0)]] } ?? []
    for turn in request.turns {
      switch turn {
      case .user(let text): messages.append(["role": "user", "content": .string(text)])
      case .assistant(let text, let calls):
        var message: JSONObject = ["role": "assistant", "content": .string(text)]
        if !calls.isEmpty {
          message["tool_calls"] = .array(
            calls.map { call in
              let arguments = call.arguments.objectValue == nil ? [:] : call.arguments
              return ["function": ["name": .string(call.name), "arguments": arguments]]
            })
        }
        messages.append(.object(message))
      case .results(let results):
        messages += results.map { result in
          ["role": "tool", "tool_name": .string(result.name), "content": .string(result.text)]
        }
      }
    }
    return messages
  }

  func take(_ piece: StreamPiece, into answer: inout ModelAnswerParts) throws(ModelFailure) -> String {
    try take(ModelWords.json(piece.data), &answer)
  }

  func take(whole body: JSON, into answer: inout ModelAnswerParts) throws(ModelFailure) {
    guard body["message"] != nil || body["error"] != nil else {
      throw ModelFailure(.badAnswer, "the answer has no message: \(body.excerpt)")
    }
    _ = try take(body, &answer)
  }

  private func take(_ chunk: JSON, _ answer: inout ModelAnswerParts) throws(ModelFailure) -> String {
    if let error = chunk["error"], !error.isNull { throw ModelWords.inStream(error) }
    let message = chunk["message"] ?? .null
    for call in message["tool_calls"]?.arrayValue ?? [] {
      answer.calls[answer.calls.count] = .init(
        id: call["id"]?.stringValue ?? "", name: call["function"]?["name"]?.stringValue ?? "",
        arguments: call["function"]?["arguments"]?.text ?? "")
    }
    let text = message["content"]?.stringValue ?? ""
    answer.text += text
    if let model = chunk["model"]?.stringValue { answer.model = model }
    if chunk["done"] == true {
      let reason = chunk["done_reason"]?.stringValue ?? "stop"
      answer.finishReason = answer.calls.isEmpty ? reason : "tool_calls"
      answer.usage = ModelWords.usage(chunk, "prompt_eval_count", "eval_count")
      answer.isComplete = true
    }
    return text
  }

  func embedding(of texts: [String], model: String, at endpoint: ModelEndpoint) -> ModelCall {
    ModelCall(
      url: endpoint.embeddingsBaseURL + "/api/embed", headers: Self.headers(endpoint),
      body: ["model": .string(model), "input": .array(texts.map(JSON.string))])
  }

  func vectors(_ body: JSON) -> (vectors: [[Float]], usage: TokenUsage)? {
    guard let all = body["embeddings"]?.arrayValue else { return nil }
    let vectors = all.compactMap { ModelWords.vector($0) }
    guard vectors.count == all.count else { return nil }
    return (vectors, TokenUsage(prompt: ModelWords.count(body["prompt_eval_count"])))
  }

  func models(at endpoint: ModelEndpoint) -> ModelListing {
    ModelListing(
      call: ModelCall(url: endpoint.baseURL + "/api/tags", headers: Self.headers(endpoint)),
      names: { body in
        (body["models"]?.arrayValue ?? []).compactMap { ($0["name"] ?? $0["model"])?.stringValue }
      }, addressNote: "Ollama's base address ends in its port")
  }

  private static func headers(_ endpoint: ModelEndpoint) -> [(name: String, value: String)] {
    endpoint.key.map { [("Authorization", "Bearer \($0)")] } ?? []
  }
}
