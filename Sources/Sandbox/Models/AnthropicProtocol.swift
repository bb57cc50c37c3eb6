import Formats
import MissionModel

/// Anthropic's messages, as its public reference has them; there is no temperature in them any more.
struct AnthropicProtocol: ModelProtocol {
  var framing: StreamFraming { .events }

  private static let version = "2023-06-01"
  /// The provider demands a bound; this one holds where the step gives none.
  private static let defaultMaxTokens = 4096

  func chat(_ request: ChatRequest, model: String, at endpoint: ModelEndpoint) -> ModelCall {
    var body: JSONObject = [
      "model": .string(model), "max_tokens": JSON(request.maxTokens ?? Self.defaultMaxTokens),
      "messages": .array(request.turns.map(Self.message)),
    ]
    let instruction = request.format == .json ? "Answer with one JSON value and nothing else." : nil
    let system = [request.system, instruction].compactMap { $0 }.joined(separator: "\n\n")
    if !system.isEmpty { body["system"] = .string(system) }
    if !request.tools.isEmpty {
      body["tools"] = .array(
        request.tools.map { tool in
          [
            "name": .string(tool.name), "description": .string(tool.summary),
            "input_schema": tool.parameters,
          ]
        })
    }
    if case .schema(let schema) = request.format {
      body["output_config"] = ["format": ["type": "json_schema", "schema": schema]]
    }
    if !request.stop.isEmpty { body["stop_sequences"] = .array(request.stop.map(JSON.string)) }
    if request.streams { body["stream"] = true }
    return ModelCall(
      url: endpoint.baseURL + "/v1/messages", headers: Self.headers(endpoint), body: .object(body))
  }

  private static func message(_ turn: ChatTurn) -> JSON {
    switch turn {
    case .user(let text): return ["role": "user", "content": .string(text)]
    case .assistant(let text, let calls):
      guard !calls.isEmpty else { return ["role": "assistant", "content": .string(text)] }
      var blocks: [JSON] = text.isEmpty ? [] : [["type": "text", "text": .string(text)]]
      blocks += calls.map { call in
        [
          "type": "tool_use", "id": .string(call.id), "name": .string(call.name),
          "input": call.arguments.objectValue == nil ? [:] : call.arguments,
        ]
      }
      return ["role": "assistant", "content": .array(blocks)]
    case .results(let results):
      let blocks: [JSON] = results.map { result in
        [
          "type": "tool_result", "tool_use_id": .string(result.callID), "content": .string(result.text),
          "is_error": .bool(result.isError),
        ]
      }
      return ["role": "user", "content": .array(blocks)]
    }
  }

  func take(_ piece: StreamPiece, into answer: inout ModelAnswerParts) throws(ModelFailure) -> String {
    let event = try ModelWords.json(piece.data)
    switch event["type"]?.stringValue {
    case "error": throw ModelWords.inStream(event["error"] ?? event)
    case "message_start":
      answer.model = event["message"]?["model"]?.stringValue
      note(event["message"]?["usage"], &answer)
    case "content_block_start":
      if let block = event["content_block"], block["type"] == "tool_use" {
        answer.calls[place(event)] = .init(
          id: block["id"]?.stringValue ?? "", name: block["name"]?.stringValue ?? "")
      }
    case "content_block_delta":
      let delta = event["delta"] ?? .null
      if let text = delta["text"]?.stringValue {
        answer.text += text
        return text
      }
      if let json = delta["partial_json"]?.stringValue { answer.calls[place(event)]?.arguments += json }
    case "message_delta":
      if let reason = event["delta"]?["stop_reason"]?.stringValue { answer.finishReason = Self.word(reason) }
      note(event["usage"], &answer)
    case "message_stop": answer.isComplete = true
    default: break  // pings, ends of blocks, and what later versions add
    }
    // A stop reason alone is no end: `message_stop` is.
    return ""
  }

  private func place(_ event: JSON) -> Int { Int(clamping: event["index"]?.integerValue ?? 0) }

  func take(whole body: JSON, into answer: inout ModelAnswerParts) throws(ModelFailure) {
    guard let blocks = body["content"]?.arrayValue else {
      throw ModelFailure(.badAnswer, "the answer has no content: \(body.excerpt)")
    }
    for (place, block) in blocks.enumerated() {
      switch block["type"]?.stringValue {
      case "text": answer.text += block["text"]?.stringValue ?? ""
      case "tool_use":
        answer.calls[place] = .init(
          id: block["id"]?.stringValue ?? "", name: block["name"]?.stringValue ?? "",
          arguments: block["input"]?.compact ?? "")
      default: break
      }
    }
    answer.model = body["model"]?.stringValue
    answer.finishReason = body["stop_reason"]?.stringValue.map(Self.word)
    note(body["usage"], &answer)
    answer.isComplete = true
  }

  /// Later events of a stream repeat some counts and leave others out.
  private func note(_ usage: JSON?, _ answer: inout ModelAnswerParts) {
    guard let usage, !usage.isNull else { return }
    let names = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
    let prompt = names.reduce(0) { $0 + ModelWords.count(usage[$1]) }
    if prompt > 0 { answer.usage.prompt = prompt }
    if usage["output_tokens"] != nil { answer.usage.completion = ModelWords.count(usage["output_tokens"]) }
  }

  private static func word(_ reason: String) -> String {
    switch reason {
    case "end_turn", "stop_sequence": "stop"
    case "max_tokens": "length"
    case "tool_use": "tool_calls"
    case "refusal": "content_filter"
    default: reason
    }
  }

  func embedding(of texts: [String], model: String, at endpoint: ModelEndpoint) -> ModelCall {
    preconditionFailure("anthropic has no embeddings, and the directory says so before")
  }

  func vectors(_ body: JSON) -> (vectors: [[Float]], usage: TokenUsage)? { nil }

  func models(at endpoint: ModelEndpoint) -> ModelListing {
    ModelListing(
      call: ModelCall(url: endpoint.baseURL + "/v1/models", headers: Self.headers(endpoint)),
      names: ModelWords.identifiers)
  }

  private static func headers(_ endpoint: ModelEndpoint) -> [(name: String, value: String)] {
    [("anthropic-version", version)] + (endpoint.key.map { [("x-api-key", $0)] } ?? [])
  }
}
