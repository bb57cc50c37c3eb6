import Formats

/// The context variables that a job starts with: what `{{context.NAME}}` and `{{NAME}}` stand for.
public struct ExecutionContext: Sendable {
  var variables: JSONObject = [:]

  /// Makes an empty context.
  public init() {}

  /// The value of a variable; nil when it was never set.
  public func get(_ name: String) -> Value? { variables[name].map(Value.init) }

  /// Sets a variable; nil removes it.
  public mutating func set(_ name: String, to value: Value?) { variables[name] = value?.json }
}
