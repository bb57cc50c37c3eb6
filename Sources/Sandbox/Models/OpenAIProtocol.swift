import Formats
import MissionModel

/// OpenAI's chat completions and embeddings, as OpenAI, Azure, vLLM, llama.cpp, LM Studio and Ollama's `/v1`
/// speak them.
struct OpenAIProtocol: ModelProtocol {
  var framing: StreamFraming { .events }

  func chat(_ request: ChatRequest, model: String, at endpoint: ModelEndpoint) -> ModelCall {
    var body: JSONObject = endpoint.provider == .azureOpenAI ? [:] : ["model": .string(model)]
    body["messages"] = .array(Self.messages(request))
    if !request.tools.isEmpty { body["tools"] = .array(request.tools.map(Self.tool)) }
    if let temperature = request.temperature { body["temperature"] = .double(temperature) }
    if let maxTokens = request.maxTokens {
      // The newer name is the only one that OpenAI's reasoning models take; other servers may not know it.
      body[endpoint.isPublic ? "max_completion_tokens" : "max_tokens"] = JSON(maxTokens)
    }
    if !request.stop.isEmpty { body["stop"] = .array(request.stop.map(JSON.string)) }
    switch request.format {
    case .text: break
    case .json: body["response_format"] = ["type": "json_object"]
    case .schema(let schema):
      body["response_format"] = [
        "type": "json_schema",
        "json_schema": [
          "name": "answer", "schema": schema, "strict": .bool(StrictSchema.holds(schema)),
        ],
      ]
    }
    if request.streams {
      body["stream"] = true
      body["stream_options"] = ["include_usage": true]
    }
    return ModelCall(
      url: Self.url("chat/completions", model, endpoint.baseURL, endpoint), headers: Self.headers(endpoint),
      body: .object(body))
  }

  private static func messages(_ request: ChatRequest) -> [JSON] {
    var messages: [JSON] = request.system.map { [["role": "system", "content": .string($0)]] } ?? []
    for turn in request.turns {
      switch turn {
      case .user(let text): messages.append(["role": "user", "content": .string(text)])
      case .assistant(let text, let calls):
        var message: JSONObject = ["role": "assistant", "content": text.isEmpty ? .null : .string(text)]
        if !calls.isEmpty {
          message["tool_calls"] = .array(
            calls.map { call in
              [
                "id": .string(call.id), "type": "function",
                "function": ["name": .string(call.name), "arguments": .string(call.arguments.text)],
              ]
            })
        }
        messages.append(.object(message))
      case .results(let results):
        messages += results.map { result in
          ["role": "tool", "tool_call_id": .string(result.callID), "content": .string(result.text)]
        }
      }
    }
    return messages
  }

  /// A tool as OpenAI and Ollama describe it.
  static func tool(_ tool: ChatTool) -> JSON {
    [
      "type": "function",
      "function": [
        "name": .string(tool.name), "description": .string(tool.summary), "parameters": tool.parameters,
      ],
    ]
  }

  func take(_ piece: StreamPiece, into answer: inout ModelAnswerParts) throws(ModelFailure) -> String {
    guard piece.data != "[DONE]" else {
      answer.isComplete = true
      return ""
    }
    let chunk = try ModelWords.json(piece.data)
    if let error = chunk["error"], !error.isNull { throw ModelWords.inStream(error) }
    note(chunk, &answer)
    guard let choice = chunk["choices"]?[0] else { return "" }
    if let reason = choice["finish_reason"]?.stringValue { answer.finishReason = reason }
    let delta = choice["delta"] ?? .null
    for call in delta["tool_calls"]?.arrayValue ?? [] {
      let place = call["index"]?.integerValue.map { Int($0) } ?? answer.calls.count
      add(call, at: place, &answer)
    }
    let text = delta["content"]?.stringValue ?? ""
    answer.text += text
    return text
  }

  func take(whole body: JSON, into answer: inout ModelAnswerParts) throws(ModelFailure) {
    guard let choice = body["choices"]?[0], let message = choice["message"] else {
      throw ModelFailure(.badAnswer, "the answer has no choices: \(body.excerpt)")
    }
    note(body, &answer)
    answer.text = message["content"]?.stringValue ?? message["refusal"]?.stringValue ?? ""
    for (place, call) in (message["tool_calls"]?.arrayValue ?? []).enumerated() {
      add(call, at: place, &answer)
    }
    answer.finishReason = choice["finish_reason"]?.stringValue
    answer.isComplete = true
  }

  private func note(_ body: JSON, _ answer: inout ModelAnswerParts) {
    if let model = body["model"]?.stringValue, !model.isEmpty { answer.model = model }
    guard let usage = body["usage"], !usage.isNull else { return }
    answer.usage = ModelWords.usage(usage, "prompt_tokens", "completion_tokens")
  }

  private func add(_ part: JSON, at place: Int, _ answer: inout ModelAnswerParts) {
    var call = answer.calls[place] ?? .init()
    if let id = part["id"]?.stringValue, !id.isEmpty { call.id = id }
    if let name = part["function"]?["name"]?.stringValue { call.name += name }
    if let arguments = part["function"]?["arguments"] {
      call.arguments += arguments.text
    }
    answer.calls[place] = call
  }

  func embedding(of texts: [String], model: String, at endpoint: ModelEndpoint) -> ModelCall {
    var body: JSONObject = endpoint.provider == .azureOpenAI ? [:] : ["model": .string(model)]
    body["input"] = .array(texts.map(JSON.string))
    body["encoding_format"] = "float"
    return ModelCall(
      url: Self.url("embeddings", model, endpoint.embeddingsBaseURL, endpoint),
      headers: Self.headers(endpoint), body: .object(body))
  }

  func vectors(_ body: JSON) -> (vectors: [[Float]], usage: TokenUsage)? {
    guard let data = body["data"]?.arrayValue else { return nil }
    let ordered = data.enumerated().sorted { left, right in
      (left.element["index"]?.integerValue ?? Int64(left.offset))
        < (right.element["index"]?.integerValue ?? Int64(right.offset))
    }
    let vectors = ordered.compactMap { ModelWords.vector($0.element["embedding"]) }
    guard vectors.count == data.count else { return nil }
    return (vectors, ModelWords.usage(body["usage"] ?? .null, "prompt_tokens", "completion_tokens"))
  }

  /// Azure's models are the deployments of a resource. Its newer versions list only what could be deployed.
  private static let azureListVersion = "2023-03-15-preview"

  func models(at endpoint: ModelEndpoint) -> ModelListing {
    let isAzure = endpoint.provider == .azureOpenAI
    let path = isAzure ? "/openai/deployments?api-version=\(Self.azureListVersion)" : "/models"
    return ModelListing(
      call: ModelCall(url: endpoint.baseURL + path, headers: Self.headers(endpoint)),
      names: ModelWords.identifiers,
      note: isAzure ? "; model is the name of a deployment of the resource" : "",
      addressNote: isAzure ? nil : "most base addresses of this protocol end in /v1")
  }

  private static func url(_ path: String, _ model: String, _ base: String, _ endpoint: ModelEndpoint)
    -> String
  {
    guard endpoint.provider == .azureOpenAI else { return "\(base)/\(path)" }
    return "\(base)/openai/deployments/\(PercentEncoding.encode(model))/\(path)"
      + "?api-version=\(PercentEncoding.encode(endpoint.version))"
  }

  private static func headers(_ endpoint: ModelEndpoint) -> [(name: String, value: String)] {
    guard let key = endpoint.key else { return [] }
    return endpoint.provider == .azureOpenAI ? [("api-key", key)] : [("Authorization", "Bearer \(key)")]
  }
}

/// OpenAI's strict mode takes only schemas whose objects are closed and whose members are all required.
enum StrictSchema {
  /// True if a schema may be sent with `strict`.
  static func holds(_ schema: JSON) -> Bool {
    guard let object = schema.objectValue else { return false }
    if object["type"] == "object" || object["properties"] != nil {
      let names = object["properties"]?.objectValue?.keys ?? []
      let required = Set((object["required"]?.arrayValue ?? []).compactMap(\.stringValue))
      guard object["additionalProperties"] == false, Set(names) == required else { return false }
      for name in names {
        guard let member = object["properties"]?[name], holds(member) else { return false }
      }
    }
    guard let items = object["items"] else { return true }
    return holds(items)
  }
}
