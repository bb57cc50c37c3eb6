import Formats

/// Equality of JSON values as JSON Schema means it: numbers by value, texts by code points, members in any
/// order.
enum SchemaEquality {
  /// Bytes that are the same for equal values and different for others.
  static func key(of value: JSON) -> [UInt8] {
    var key: [UInt8] = []
    append(value, to: &key)
    return key
  }

  private static func append(_ value: JSON, to key: inout [UInt8]) {
    switch value {
    case .null: key.append(UInt8(ascii: "n"))
    case .bool(let flag): key.append(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
    case .integer, .double, .decimal:
      // A number always is one, and `#` ends what a longer number would go on with.
      key.append(contentsOf: (SchemaNumber(value)?.canonical ?? "").utf8)
      key.append(UInt8(ascii: "#"))
    case .string(let text): append(text, to: &key)
    case .array(let elements):
      key.append(UInt8(ascii: "["))
      for element in elements { append(element, to: &key) }
      key.append(UInt8(ascii: "]"))
    case .object(let members):
      key.append(UInt8(ascii: "{"))
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for member in sorted {
        append(member.key, to: &key)
        append(member.value, to: &key)
      }
      key.append(UInt8(ascii: "}"))
    }
  }

  private static func append(_ text: String, to key: inout [UInt8]) {
    key.append(UInt8(ascii: "\""))
    key.append(contentsOf: String(text.utf8.count).utf8)
    key.append(UInt8(ascii: ":"))
    key.append(contentsOf: text.utf8)
  }
}
