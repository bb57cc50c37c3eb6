package import Formats
package import MissionModel

/// Reads a key of Redis.
package struct RedisGetStep: StepType {
  package static let name = "redis_get"
  package static let summary = "Read a key of Redis; one that is not there is no failure."
  package static let effects: Effects = [.usesDatabases, .readsFiles]
  package static let example = """
    step_type: redis_get
    parameters: { connection: "redis://localhost:6379/0", key: "build:latest", parse_json: true }
    """
  package static let outputs = [
    OutputField("key", "string", "The key."),
    OutputField("value", "any", "Its text, base64 where it is no text, or its value with parse_json."),
    OutputField("exists", "bool", "False where the key is not there."),
    OutputField("ttl", "integer", "Seconds until the key goes away; null where it stays."),
  ]
  package static let mainOutput: String? = "value"
  package static let requirements: [Requirement] = RedisTarget.requirements

  private let target: RedisTarget
  private let key: String
  private let parsesJSON: Bool

  package init(_ p: inout ParameterReader) {
    target = RedisTarget(&p)
    key = p.required("key", .nonEmptyString, "The key.")
    parsesJSON = p.optional("parse_json", .bool, default: false, "Give the value that the text is in JSON.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let replies = try await target.run([["GET", key], ["TTL", key]], in: context)
    if case .error(let message) = replies[0] {
      throw StepFailure("get \(key) from \(target.title): \(message)")
    }
    var ttl: JSON = .null
    if case .integer(let seconds) = replies[1], seconds >= 0 { ttl = .integer(seconds) }
    let bytes = replies[0].bytes
    guard (bytes?.count ?? 0) <= context.limits.maxOutputBytes else {
      throw StepFailure(
        "get \(key) from \(target.title): its value would pass limits.max_output_bytes "
          + "(\(context.limits.maxOutputBytes) bytes)")
    }
    let value = try bytes.map(shown) ?? .null
    return [
      "key": .string(key), "value": value, "exists": .bool(bytes != nil), "ttl": ttl,
    ]
  }

  private func shown(_ bytes: [UInt8]) throws(StepFailure) -> JSON {
    if parsesJSON {
      do throws(JSONError) { return try JSONParser.parse(bytes) } catch {
        throw StepFailure("get \(key) from \(target.title): its value is no JSON: \(error)")
      }
    }
    guard UTF8Validation.firstInvalidByte(in: bytes) == nil else { return .string(Base64.encode(bytes)) }
    return .string(String(decoding: bytes, as: UTF8.self))
  }
}
