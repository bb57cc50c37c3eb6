/// A JSON value: what step parameters, outputs and API answers are made of.
///
/// Objects keep the order of their keys and numbers keep their value: what neither `Int64` nor `Double`
/// holds without loss stays as the text it was written with (RFC 8259 sets no limit on numbers).
package enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case double(Double)
  /// A number as written, for values such as `123456789012345678901234567890` or `0.1000000000000000000001`.
  case decimal(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .double(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }

  /// Wraps an integer of any width; a value beyond `Int64` keeps its digits.
  package init(_ value: some BinaryInteger) {
    self = Int64(exactly: value).map(JSON.integer) ?? .decimal(String(value))
  }

  /// Wraps a string, or null where there is none.
  package init(_ value: String?) { self = value.map(JSON.string) ?? .null }
}

extension JSON {
  /// The text of a string; nil for every other kind.
  package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  /// The truth value of a bool; nil for every other kind.
  package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements of an array; nil for every other kind.
  package var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }
  /// The members of an object; nil for every other kind.
  package var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
  /// True for `null`.
  package var isNull: Bool { if case .null = self { true } else { false } }

  /// A whole number, also when it was written as `3.0`; nil for every other kind and beyond `Int64`.
  package var integerValue: Int64? {
    switch self {
    case .integer(let value): value
    case .double(let value): Int64(exactly: value)
    case .null, .bool, .decimal, .string, .array, .object: nil
    }
  }

  /// A number as the nearest `Double`; nil for every other kind.
  package var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .double(let value): value
    case .decimal(let text): Double(text)
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// What a message calls this kind of value: `a string`, `a list`, `null`.
  package var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a bool"
    case .integer: "an integer"
    case .double, .decimal: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "a map"
    }
  }

  /// The member of an object; nil for other kinds and missing keys.
  package subscript(key: String) -> JSON? { objectValue?[key] }

  /// The element of an array; nil for other kinds and indices out of range.
  package subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}
