package import Formats

/// Changes a placeholder's value on its way into the text: `{{ name | lower | shell_quote }}`.
package enum Filter: Sendable, Equatable {
  /// Takes the place of a value that is missing or null.
  case fallback(JSON)
  case json, shellQuote, raw, trim, lower, upper, base64, length
  /// None of ours; an error where the placeholder is otherwise known.
  case unknown(String)

  /// The filters that take no argument, by their names in a mission.
  private static let plain: [(name: String, filter: Filter)] = [
    ("json", .json), ("shell_quote", .shellQuote), ("raw", .raw), ("trim", .trim), ("lower", .lower),
    ("upper", .upper), ("base64", .base64), ("length", .length),
  ]

  /// The names of all filters.
  package static let names = ["default"] + plain.map(\.name)

  /// Reads `lower` or `default("y")`; anything else is a filter that there is not.
  init(parsing text: String) {
    if let plain = Self.plain.first(where: { $0.name == text }) {
      self = plain.filter
    } else if text.hasPrefix("default("), text.hasSuffix(")") {
      let argument = PlaceholderParser.trim(text.dropFirst("default(".count).dropLast())
      // What is no value makes no filter, and is told as one that there is not.
      let value = try? JSONParser.parse(Array(argument.utf8))
      self = value.map { .fallback($0) } ?? .unknown(text)
    } else {
      self = .unknown(text)
    }
  }

  /// What to write in the place of a filter that there is not.
  package static func wayOut(of unknown: String) -> String {
    let name = String(unknown.prefix { $0 != "(" && $0 != " " })
    if name == "default" { return #"write default("y"), with a JSON value in the brackets"# }
    if plain.contains(where: { $0.name == name }) { return "\(name) takes no argument" }
    let closest = EditDistance.closest(to: name, among: names)
    return closest.map { "did you mean \"\($0)\"?" } ?? "use one of " + names.joined(separator: ", ")
  }

  /// The changed value, or what cannot be done with it.
  package func apply(to value: JSON) throws(StepFailure) -> JSON {
    switch self {
    case .fallback(let other): return value.isNull ? other : value
    case .json: return .string(value.compact)
    case .raw: return value
    case .shellQuote: return .string(ShellWords.quote(value.text))
    case .trim: return .string(PlaceholderParser.trim(value.text))
    case .lower: return .string(value.text.lowercased())
    case .upper: return .string(value.text.uppercased())
    case .base64: return .string(Base64.encode(Array(value.text.utf8)))
    case .length: return try length(of: value)
    case .unknown(let name):
      throw StepFailure(.badParameters, "there is no filter \"\(name)\"; \(Self.wayOut(of: name))")
    }
  }

  private func length(of value: JSON) throws(StepFailure) -> JSON {
    switch value {
    case .string(let text): JSON(text.count)
    case .array(let elements): JSON(elements.count)
    case .object(let members): JSON(members.count)
    case .null, .bool, .integer, .double, .decimal:
      throw StepFailure(.badParameters, "length: \(value.kindName) has none")
    }
  }
}

extension JSON {
  /// What a value is inside a text: strings as they are, everything else as compact JSON.
  package var text: String { if case .string(let text) = self { text } else { compact } }

  /// A value as a message shows it: compact JSON, cut after 60 characters.
  package var excerpt: String {
    let text = compact
    return text.count <= 60 ? text : text.prefix(57) + "…"
  }

  /// True if a string anywhere inside has a placeholder.
  package var hasPlaceholder: Bool {
    switch self {
    case .string(let text): text.contains("{{") && !Template(text).placeholders.isEmpty
    case .array(let elements): elements.contains { $0.hasPlaceholder }
    case .object(let members): members.contains { $0.value.hasPlaceholder }
    case .null, .bool, .integer, .double, .decimal: false
    }
  }
}
