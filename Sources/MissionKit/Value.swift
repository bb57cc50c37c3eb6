import Formats

/// A JSON value, as embedders of missiond see it.
public enum Value: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case double(Double)
  /// A number that neither `Int64` nor `Double` holds exactly, as it was written.
  case decimal(String)
  case string(String)
  case list([Value])
  /// Members in the order in which they were written.
  case map([(key: String, value: Value)])

  /// Two maps are equal when they have the same members, in whatever order.
  public static func == (left: Value, right: Value) -> Bool { left.json == right.json }

  /// The member of a map, or nil.
  public subscript(key: String) -> Value? {
    guard case .map(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The element of a list, or nil.
  public subscript(index: Int) -> Value? {
    guard case .list(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The text of a string, or nil.
  public var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The value as compact JSON.
  public var jsonText: String { json.compact }

  init(_ json: JSON) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .double(let value): self = .double(value)
    case .decimal(let text): self = .decimal(text)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .list(elements.map(Value.init))
    case .object(let members): self = .map(members.map { ($0.key, Value($0.value)) })
    }
  }

  var json: JSON {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .double(let value): .double(value)
    case .decimal(let text): .decimal(text)
    case .string(let text): .string(text)
    case .list(let elements): .array(elements.map(\.json))
    case .map(let members): .object(JSONObject(members.map { ($0.key, $0.value.json) }))
    }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Makes a string of a literal.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes an integer of a literal.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Makes a number of a literal.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// Makes a truth value of a literal.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes null of `nil`.
  public init(nilLiteral: ()) { self = .null }
  /// Makes a list of a literal.
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
  /// Makes a map of a literal, in its order.
  public init(dictionaryLiteral elements: (String, Value)...) { self = .map(elements.map { ($0.0, $0.1) }) }
}
