import Formats
import MissionModel

/// Google's Gemini API, `v1beta`.
struct GeminiProtocol: ModelProtocol {
  var framing: StreamFraming { .events }

  func chat(_ request: ChatRequest, model: String, at endpoint: ModelEndpoint) -> ModelCall {
    var body: JSONObject = ["contents": .array(request.turns.map(Self.content))]
    if let system = request.system { body["systemInstruction"] = ["parts": [["text": .string(system)]]] }
    if !request.tools.isEmpty {
      let functions: [JSON] = request.tools.map { tool in
        [
          "name": .string(tool.name), "description": .string(tool.summary),
          "parametersJsonSchema": tool.parameters,
        ]
      }
      body["tools"] = [["functionDeclarations": .array(functions)]]
    }
    let settings = Self.settings(request)
    if !settings.isEmpty { body["generationConfig"] = .object(settings) }
    let method = request.streams ? "streamGenerateContent?alt=sse" : "generateContent"
    return ModelCall(
      url: Self.url(endpoint.baseURL, model, method), headers: Self.headers(endpoint), body: .object(body))
  }

  private static func settings(_ request: ChatRequest) -> JSONObject {
    var settings: JSONObject = [:]
    if let temperature = request.temperature { settings["temperature"] = .double(temperature) }
    if let maxTokens = request.maxTokens { settings["maxOutputTokens"] = JSON(maxTokens) }
    if !request.stop.isEmpty { settings["stopSequences"] = .array(request.stop.map(JSON.string)) }
    switch request.format {
    case .text: break
    case .json: settings["responseMimeType"] = "application/json"
    case .schema(let schema):
      settings["responseMimeType"] = "application/json"
      settings["responseJsonSchema"] = schema
    }
    return settings
  }

  private static func content(_ turn: ChatTurn) -> JSON {
    switch turn {
    case .user(let text): return ["role": "user", "parts": [["text": .string(text)]]]
    case .assistant(let text, let calls):
      var parts: [JSON] = text.isEmpty && !calls.isEmpty ? [] : [["text": .string(text)]]
      for call in calls {
        var part: JSONObject = [
          "functionCall": [
            "name": .string(call.name),
            "args": call.arguments.objectValue == nil ? [:] : call.arguments,
          ]
        ]
        if !call.seal.isNull { part["thoughtSignature"] = call.seal }
        parts.append(.object(part))
      }
      return ["role": "model", "parts": .array(parts)]
    case .results(let results):
      let parts: [JSON] = results.map { result in
        let key = result.isError ? "error" : "output"
        return [
          "functionResponse": [
            "name": .string(result.name), "response": .object([key: .string(result.text)]),
          ]
        ]
      }
      return ["role": "user", "parts": .array(parts)]
    }
  }

  func take(_ piece: StreamPiece, into answer: inout ModelAnswerParts) throws(ModelFailure) -> String {
    let text = try take(ModelWords.json(piece.data), &answer)
    return text
  }

  func take(whole body: JSON, into answer: inout ModelAnswerParts) throws(ModelFailure) {
    _ = try take(body, &answer)
    guard answer.finishReason != nil else {
      throw ModelFailure(.badAnswer, "the answer has no candidates: \(body.excerpt)")
    }
    answer.isComplete = true
  }

  private func take(_ chunk: JSON, _ answer: inout ModelAnswerParts) throws(ModelFailure) -> String {
    if let error = chunk["error"], !error.isNull { throw ModelWords.inStream(error) }
    if let model = chunk["modelVersion"]?.stringValue { answer.model = model }
    if let usage = chunk["usageMetadata"], !usage.isNull {
      answer.usage = TokenUsage(
        prompt: ModelWords.count(usage["promptTokenCount"]),
        completion: ModelWords.count(usage["candidatesTokenCount"])
          + ModelWords.count(usage["thoughtsTokenCount"]))
    }
    if chunk["promptFeedback"]?["blockReason"]?.stringValue != nil { answer.finishReason = "content_filter" }
    guard let candidate = chunk["candidates"]?[0] else { return "" }
    var text = ""
    for part in candidate["content"]?["parts"]?.arrayValue ?? [] where part["thought"] != true {
      text += part["text"]?.stringValue ?? ""
      guard let call = part["functionCall"] else { continue }
      answer.calls[answer.calls.count] = .init(
        id: call["id"]?.stringValue ?? "", name: call["name"]?.stringValue ?? "",
        arguments: call["args"]?.compact ?? "", seal: part["thoughtSignature"] ?? .null)
    }
    answer.text += text
    if let reason = candidate["finishReason"]?.stringValue {
      answer.finishReason = Self.word(reason, hasCalls: !answer.calls.isEmpty)
    }
    return text
  }

  private static func word(_ reason: String, hasCalls: Bool) -> String {
    switch reason {
    case "STOP": hasCalls ? "tool_calls" : "stop"
    case "MAX_TOKENS": "length"
    case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII": "content_filter"
    default: reason.lowercased()
    }
  }

  func embedding(of texts: [String], model: String, at endpoint: ModelEndpoint) -> ModelCall {
    let requests: [JSON] = texts.map { text in
      ["model": .string("models/\(model)"), "content": ["parts": [["text": .string(text)]]]]
    }
    return ModelCall(
      url: Self.url(endpoint.embeddingsBaseURL, model, "batchEmbedContents"),
      headers: Self.headers(endpoint), body: ["requests": .array(requests)])
  }

  func vectors(_ body: JSON) -> (vectors: [[Float]], usage: TokenUsage)? {
    guard let all = body["embeddings"]?.arrayValue else { return nil }
    let vectors = all.compactMap { ModelWords.vector($0["values"]) }
    guard vectors.count == all.count else { return nil }
    return (vectors, TokenUsage(prompt: ModelWords.count(body["usageMetadata"]?["promptTokenCount"])))
  }

  func models(at endpoint: ModelEndpoint) -> ModelListing {
    ModelListing(
      call: ModelCall(url: endpoint.baseURL + "/v1beta/models", headers: Self.headers(endpoint)),
      names: { body in
        (body["models"]?.arrayValue ?? []).compactMap { model in
          model["name"]?.stringValue.map { $0.hasPrefix("models/") ? String($0.dropFirst(7)) : $0 }
        }
      })
  }

  private static func url(_ base: String, _ model: String, _ method: String) -> String {
    "\(base)/v1beta/models/\(PercentEncoding.encode(model)):\(method)"
  }

  private static func headers(_ endpoint: ModelEndpoint) -> [(name: String, value: String)] {
    endpoint.key.map { [("x-goog-api-key", $0)] } ?? []
  }
}
