package import Formats
package import MissionModel

/// Sets a key of Redis.
package struct RedisSetStep: StepType {
  package static let name = "redis_set"
  package static let summary = "Set a key of Redis, for good or for a time."
  package static let effects: Effects = [.usesDatabases, .readsFiles]
  package static let example = """
    step_type: redis_set
    parameters: { connection: "redis://localhost/0", key: "build:latest", value: { version: 7 }, ttl: 3600 }
    """
  package static let outputs = [
    OutputField("key", "string", "The key."),
    OutputField("set", "bool", "False where nx or xx kept it from being set."),
    OutputField("previous", "string", "What the key held before; null where it was no text or not there."),
  ]
  package static let requirements: [Requirement] = RedisTarget.requirements

  private let target: RedisTarget
  private let key: String
  private let value: JSON
  private let seconds: Int?
  private let onlyNew: Bool
  private let onlyKnown: Bool

  package init(_ p: inout ParameterReader) {
    target = RedisTarget(&p)
    key = p.required("key", .nonEmptyString, "The key.")
    value = p.required("value", .any, "Text as it is; anything else as JSON.")
    seconds = p.optional("ttl", .integer(1...Int(Int32.max)), "Seconds until the key goes away by itself.")
    onlyNew = p.optional("nx", .bool, default: false, "Set it only where it is not there.")
    onlyKnown = p.optional("xx", .bool, default: false, "Set it only where it is there.")
    if onlyNew, onlyKnown { p.problem(at: "xx", "excludes \"nx\"", hint: "keep one of them") }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    var words = ["SET", key, value.stringValue ?? value.compact]
    if let seconds { words += ["EX", "\(seconds)"] }
    if onlyNew { words.append("NX") }
    if onlyKnown { words.append("XX") }
    let replies = try await target.run([["GET", key], words], in: context)
    if case .error(let message) = replies[1] {
      throw StepFailure("set \(key) in \(target.title): \(message)")
    }
    return [
      "key": .string(key), "set": .bool(replies[1] != .null),
      "previous": replies[0].bytes.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null,
    ]
  }
}
