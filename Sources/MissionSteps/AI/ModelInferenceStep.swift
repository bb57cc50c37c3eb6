package import Formats
package import MissionModel

/// Gives any model an input and takes what it predicts, also from servers that are no chat.
package struct ModelInferenceStep: StepType {
  package static let name = "model_inference"
  package static let summary =
    "Ask a model of a provider, or a server of predictions (OpenAI, KServe, raw JSON)."
  package static let effects: Effects = [.callsModels, .usesNetwork]
  package static let example = """
    step_type: model_inference
    parameters:
      endpoint: http://127.0.0.1:8080
      protocol: kserve
      model: iris
      input: { instances: [[6.8, 2.8, 4.8, 1.4]] }
    """
  package static let outputs = [
    OutputField("model", "string", "The model that answered; empty where nobody named it."),
    OutputField("response", "any", "The answer's text, or the predictions."),
    OutputField("outputs", "any", "Another spelling of response."),
    OutputField("usage", "map", "prompt_tokens, completion_tokens and total_tokens; 0 where unknown."),
    OutputField("finish_reason", "string", "Why a text ended; null for predictions."),
  ]
  package static let mainOutput: String? = "response"
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  private let prompt: String?
  private let input: JSON?
  private let choice: ModelChoice
  private let endpoint: String?
  private let language: String
  private let parameters: JSONObject

  package init(_ p: inout ParameterReader) {
    prompt = p.optional("prompt", .string, "A text for the model.")
    input = p.optional("input", .any, "Any value for the model.")
    p.exactlyOne(of: ["prompt", "input"])
    var choice = ModelParameters.choice(&p)
    endpoint = p.optional("endpoint", .url, "The server, in the place of a provider.")
    p.atMostOne(of: ["provider", "endpoint"])
    language = p.optional(
      "protocol", .choice("openai", "kserve", "raw"), default: "openai", "What the endpoint speaks.")
    parameters = p.optional(
      "parameters", .map, default: [:],
      "temperature, max_tokens and stop for texts; whatever the server takes for predictions.")
    if endpoint == nil, p.isGiven("protocol"), language != "openai" {
      p.problem(at: "protocol", "needs endpoint")
    }
    if language == "kserve", choice.model == nil { p.problem(at: "protocol", "kserve needs model") }
    if endpoint == nil || language == "openai" { Self.check(parameters, &p) }
    if let endpoint {
      choice.address = endpoint
      choice.provider = "openai"
      if p.purpose != .describing, !p.isOpen("endpoint") {
        do throws(StepFailure) { _ = try WebAddress(endpoint) } catch {
          p.problem(at: "endpoint", error.message)
        }
      }
    }
    self.choice = choice
  }

  private static func check(_ parameters: JSONObject, _ p: inout ParameterReader) {
    let known = ["temperature", "max_tokens", "stop"]
    for key in parameters.keys where !known.contains(key) {
      p.problem(
        at: "parameters", "\(key) is not known for texts",
        hint: EditDistance.closest(to: key, among: known).map { "did you mean \"\($0)\"?" })
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    guard let endpoint, language != "openai" else { return try await answer(in: context) }
    let exchange = language == "kserve" ? kserve(endpoint) : (url: endpoint, body: raw)
    let body = try await send(exchange.body, to: exchange.url, in: context)
    let response = language == "kserve" ? body["predictions"] ?? body["outputs"] ?? body : body
    return Self.output(
      model: body["model_name"]?.stringValue ?? choice.model ?? "", response, TokenUsage(), nil)
  }

  private func answer(in context: StepContext) async throws(StepFailure) -> JSON {
    var conversation = Conversation(context)
    var asked = ModelParameters(choice: choice, system: nil)
    asked.temperature = parameters["temperature"]?.doubleValue
    if let most = parameters["max_tokens"]?.integerValue { asked.maxTokens = Int(clamping: most) }
    var request = asked.request([.user(prompt ?? input?.text ?? "")], in: context)
    request.stop =
      parameters["stop"].map { stop in
        stop.stringValue.map { [$0] } ?? (stop.arrayValue ?? []).compactMap(\.stringValue)
      } ?? []
    let answer = try await conversation.ask(request)
    return Self.output(model: answer.model, .string(answer.text), answer.usage, answer.finishReason)
  }

  private static func output(
    model: String, _ response: JSON, _ usage: TokenUsage, _ reason: String?
  ) -> JSON {
    [
      "model": .string(model), "response": response, "outputs": response, "usage": usage.json,
      "finish_reason": JSON(reason),
    ]
  }

  /// The open inference protocol where the input has its tensors under `inputs`, else KServe's first one.
  private func kserve(_ endpoint: String) -> (url: String, body: JSON) {
    let base = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
    let model = PercentEncoding.encode(choice.model ?? "")
    let value = input ?? JSON(prompt)
    if var tensors = value.objectValue, tensors["inputs"] != nil {
      if !parameters.isEmpty { tensors["parameters"] = .object(parameters) }
      return ("\(base)/v2/models/\(model)/infer", .object(tensors))
    }
    var body: JSONObject =
      value["instances"] != nil
      ? value.objectValue ?? [:] : ["instances": value.arrayValue == nil ? [value] : value]
    if !parameters.isEmpty { body["parameters"] = .object(parameters) }
    return ("\(base)/v1/models/\(model):predict", .object(body))
  }

  /// The input as it is; with parameters beside it, as most servers of single models take it.
  private var raw: JSON {
    let value = input ?? JSON(prompt)
    return parameters.isEmpty && prompt == nil
      ? value
      : .object(
        JSONObject([("inputs", value)] + (parameters.isEmpty ? [] : [("parameters", .object(parameters))])))
  }

  private func send(_ body: JSON, to url: String, in context: StepContext) async throws(StepFailure) -> JSON {
    let address: WebAddress
    do throws(StepFailure) { address = try WebAddress(url) } catch {
      throw StepFailure(.badParameters, "endpoint: \(error.message)")
    }
    let deadline = context.deadline ?? .now + .seconds(300)
    var request = WebRequest(method: "POST", url: address, timeout: max(.milliseconds(1), deadline - .now))
    request.headers = [("Content-Type", "application/json"), ("User-Agent", "missiond")]
    request.body = .bytes(body.compactBytes)
    request.user = address.user
    var exchange = WebExchange(deadline)
    try await exchange.run(request, follow: 0, over: context.network)
    try await exchange.readBody(limit: context.limits.maxOutputBytes)
    guard (200...299).contains(exchange.status) else {
      throw StepFailure("\(exchange.title): status \(exchange.status)\(exchange.startOfText)")
    }
    return exchange.response
  }
}
