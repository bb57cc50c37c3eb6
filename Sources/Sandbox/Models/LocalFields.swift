import Formats
import MissionModel

/// What the provider `local` does with `fields: TEXT`: each property of a JSON Schema is what stands behind
/// its name in a line of the text, such as `Total: 199.50 EUR` for a number `total`.
struct LocalFields {
  private let properties: JSONObject
  private let required: Set<String>

  /// Reads by the properties of `schema`, an object's.
  init(_ schema: JSON) throws(ModelFailure) {
    guard let properties = schema["properties"]?.objectValue, !properties.isEmpty else {
      throw ModelFailure(
        .unsupported, "local: fields are the properties of a JSON Schema, and this one has none")
    }
    self.properties = properties
    required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
  }

  /// An object with the properties that the text has lines for, as JSON.
  func read(from text: String) throws(ModelFailure) -> String {
    var values: [String: Substring] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = Self.words(of: line[..<colon])
      if values[name] == nil { values[name] = line[line.index(after: colon)...] }
    }
    var object: JSONObject = [:]
    for (name, schema) in properties {
      if let text = values[Self.words(of: name[...])] {
        object[name] = try Self.value(of: text.trimmed, schema, name)
      } else if required.contains(name) {
        throw ModelFailure(.unsupported, "local: no line of the text begins with \"\(name):\"")
      }
    }
    return JSON.object(object).compact
  }

  /// `Order number`, `order_number` and `order-number` are the same.
  private static func words(of name: Substring) -> String {
    LocalWords.words(of: String(name)).joined(separator: " ")
  }

  private static func value(of text: String, _ schema: JSON, _ name: String) throws(ModelFailure) -> JSON {
    let type = schema["type"]?.stringValue ?? "string"
    switch type {
    case "string": return .string(text)
    case "boolean":
      switch text.lowercased() {
      case "yes", "true": return true
      case "no", "false": return false
      default: break
      }
    case "integer", "number":
      let number = text.drop { !$0.isNumber && $0 != "-" }.prefix { $0.isNumber || "-.".contains($0) }
      // Words that spell no number are told below.
      do throws(JSONError) { return try JSONParser.parse(String(number)) } catch { break }
    default: break
    }
    throw ModelFailure(.unsupported, "local: \(name): \(JSON.string(text).excerpt) is no \(type)")
  }
}
