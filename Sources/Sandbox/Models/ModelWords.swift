import Formats
import MissionModel

/// What providers' answers have in common: numbers, errors, and what they mean to the mission's author.
enum ModelWords {
  /// A piece of a stream as JSON.
  static func json(_ text: String) throws(ModelFailure) -> JSON {
    do throws(JSONError) { return try JSONParser.parse(text) } catch {
      throw ModelFailure(.badAnswer, "the answer is no JSON: \(JSON.string(text).excerpt)")
    }
  }

  static func usage(_ value: JSON, _ prompt: String, _ completion: String) -> TokenUsage {
    TokenUsage(prompt: count(value[prompt]), completion: count(value[completion]))
  }

  /// A count of tokens; 0 where there is none.
  static func count(_ value: JSON?) -> Int { Int(clamping: value?.integerValue ?? 0) }

  /// A vector of finite numbers.
  static func vector(_ value: JSON?) -> [Float]? {
    guard let numbers = value?.arrayValue, !numbers.isEmpty else { return nil }
    var vector: [Float] = []
    vector.reserveCapacity(numbers.count)
    for number in numbers {
      guard let number = number.doubleValue, number.isFinite else { return nil }
      vector.append(Float(number))
    }
    return vector
  }

  /// The ids of a list of models as OpenAI and Anthropic write it.
  static func identifiers(_ body: JSON) -> [String] {
    (body["data"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
  }

  /// The sentence of an error: `{error: {message}}`, `{error: text}`, `{message}`, `{detail}`.
  static func sentence(_ body: JSON) -> String? {
    let error = body["error"] ?? (body[0]?["error"] ?? body)
    return error.stringValue ?? error["message"]?.stringValue ?? error["detail"]?.stringValue
      ?? body["message"]?.stringValue
  }

  /// An error that came in the middle of a stream.
  static func inStream(_ error: JSON) -> ModelFailure {
    let text = sentence(error) ?? error.excerpt
    return ModelFailure(isAboutContext(error) ? .contextTooLong : .cutOff, "the server gave up: \(text)")
  }

  /// What an answer other than 2xx means.
  static func failure(status: Int, body: [UInt8], endpoint: ModelEndpoint) -> ModelFailure {
    // What is no JSON is shown by its first line.
    let parsed = (try? JSONParser.parse(body)) ?? .null
    let text = sentence(parsed) ?? firstLine(body)
    let said = "status \(status)" + (text.isEmpty ? "" : ": \(text)")
    switch status {
    case 401, 403:
      return ModelFailure(.refusedKey, "the key was refused: \(said)")
    case _ where isAboutContext(parsed) || status == 413:
      return ModelFailure(
        .contextTooLong, "the request is longer than the model's context; shorten it: \(said)")
    case 404: return ModelFailure(.unknownModel, said)
    case 400 where isAboutModel(parsed): return ModelFailure(.unknownModel, said)
    case 408, 429, 500...599: return ModelFailure(.unavailable, said)
    default: return ModelFailure(.refusedRequest, said)
    }
  }

  private static let contextSigns = [
    "context_length_exceeded", "exceed_context_size", "context length", "context size", "context window",
    "prompt is too long", "maximum number of tokens", "too many tokens", "maximum context",
  ]

  private static func isAboutContext(_ error: JSON) -> Bool {
    let text = error.compact.lowercased()
    return contextSigns.contains { text.contains($0) }
  }

  private static func isAboutModel(_ error: JSON) -> Bool {
    let text = error.compact.lowercased()
    return text.contains("model_not_found") || text.contains("invalid model")
  }

  private static func firstLine(_ body: [UInt8]) -> String {
    String(String(decoding: body.prefix(300), as: UTF8.self).prefix { !$0.isNewline })
  }
}
