package import Formats

/// What a parameter's value may be: reads a JSON value into a Swift one, and says what it takes.
package struct ParameterKind<Value: Sendable>: Sendable {
  /// `a string`, `one of "utf-8", "base64"`: completes "expected …".
  package var expectation: String { makeExpectation() }
  /// The JSON Schema of the value.
  package var schema: JSON { makeSchema() }
  /// What naming this value lets the step touch; nil for plain values.
  package let access: ParameterAccess?
  /// How placeholders inside the value are filled.
  package let filling: ParameterFilling
  /// Stands in where there is no value: when the parameters are described, and for values with placeholders
  /// that are not filled yet.
  package var stand: Value { makeStand() }
  /// Reads a value that is to be used; nil for a value of the wrong kind.
  let read: @Sendable (JSON, inout ReadingRules) -> Value?
  /// The JSON of a default, for the reference.
  let encode: @Sendable (Value) -> JSON
  // Kinds are made anew for every step that is checked, and described once: so the words are made on demand.
  private let makeExpectation: @Sendable () -> String
  private let makeSchema: @Sendable () -> JSON
  private let makeStand: @Sendable () -> Value

  /// Makes a kind from its parts; prefer the ready ones below.
  package init(
    expectation: @autoclosure @escaping @Sendable () -> String,
    schema: @autoclosure @escaping @Sendable () -> JSON, access: ParameterAccess? = nil,
    filling: ParameterFilling = .values, stand: @autoclosure @escaping @Sendable () -> Value,
    encode: @escaping @Sendable (Value) -> JSON,
    read: @escaping @Sendable (JSON, inout ReadingRules) -> Value?
  ) {
    makeExpectation = expectation
    makeSchema = schema
    self.access = access
    self.filling = filling
    makeStand = stand
    self.read = read
    self.encode = encode
  }
}

/// What a parameter's value names: lets policy and safety report judge it without knowing the step type.
package enum ParameterAccess: String, Sendable {
  case readPath = "read_path"
  case writePath = "write_path"
  /// A path from the folder that the parameter `path` of the same step names.
  case pathInFolder = "path_in_folder"
  case program
  case shellCommand = "shell_command"
  case url
  case host
  case connection
  case secret
}

/// How placeholders inside a parameter are filled when its step starts.
package enum ParameterFilling: Sendable {
  /// Every string inside is filled.
  case values
  /// A command line: split into words as written, then filled word by word, unless `args` or `shell` is
  /// there.
  case words
  /// Left alone: the parameters of sub-steps, which are filled when those start.
  case untouched
}

/// How values are read: strictly as written at submission, or with the conversions of contract §4 once
/// placeholders are filled.
package struct ReadingRules: Sendable {
  /// True once placeholders are filled: a string that spells a number is read as one, and anything is text
  /// where text is wanted.
  package let converts: Bool
  /// Where inside the parameter the value at fault stands: `/0/column`.
  package var path = ""
  /// A better sentence than the expectation, from a kind that knows more.
  package var message: String?

  /// True if this string cannot be judged yet, because a placeholder in it is still to be filled.
  package func isOpen(_ text: String) -> Bool {
    !converts && text.utf8.contains(UInt8(ascii: "{")) && text.contains("{{")
  }
}

extension ParameterKind where Value == String {
  /// Text.
  package static var string: ParameterKind { text("a string") }
  /// Text that is not empty.
  package static var nonEmptyString: ParameterKind {
    let plain = ParameterKind.string
    return ParameterKind(
      expectation: "a string that is not empty", schema: ["type": "string", "minLength": 1], stand: "",
      encode: { .string($0) }
    ) { value, rules in
      guard let text = plain.read(value, &rules), !text.isEmpty else { return nil }
      return text
    }
  }
  /// A path that the step reads.
  package static var readPath: ParameterKind { text("a path", access: .readPath) }
  /// A path that the step creates, changes or removes.
  package static var writePath: ParameterKind { text("a path", access: .writePath) }
  /// A path that the step reads, from the folder that its parameter `path` names.
  package static var pathInFolder: ParameterKind { text("a path", access: .pathInFolder) }
  /// An http, ws, ftp or similar address.
  package static var url: ParameterKind { text("a URL", access: .url) }
  /// A host name or address.
  package static var host: ParameterKind { text("a host", access: .host) }
  /// A connection string or the name of a configured database.
  package static var connection: ParameterKind { text("a connection string or name", access: .connection) }

  /// A password or the like.
  package static var secret: ParameterKind { text("a string", access: .secret) }

  private static func text(_ expectation: String, access: ParameterAccess? = nil) -> ParameterKind {
    ParameterKind(
      expectation: expectation, schema: ["type": "string"], access: access, stand: "", encode: { .string($0) }
    ) { value, rules in
      switch value {
      case .string(let text): text
      case .null, .bool, .integer, .double, .decimal, .array, .object: rules.converts ? value.compact : nil
      }
    }
  }

  /// One of a few words; the first is the usual default.
  package static func choice(_ words: String...) -> ParameterKind { choice(of: words) }

  /// One of a few words.
  package static func choice(of words: [String]) -> ParameterKind {
    ParameterKind(
      expectation: "one of " + words.map { "\"\($0)\"" }.joined(separator: ", "),
      schema: ["type": "string", "enum": .array(words.map(JSON.string))], stand: words[0],
      encode: { .string($0) }
    ) { value, rules in
      guard case .string(let word) = value else { return nil }
      if rules.isOpen(word) { return words[0] }
      if words.contains(word) { return word }
      rules.message = EditDistance.closest(to: word, among: words).map {
        "\"\(word)\": did you mean \"\($0)\"?"
      }
      return nil
    }
  }
}

extension ParameterKind where Value == [String] {
  /// A command line, or the program alone where `args` is given; comes as its words once it was split.
  package static var commandLine: ParameterKind {
    ParameterKind(
      expectation: "a command line or a program", schema: ["type": "string"], access: .program,
      filling: .words, stand: [],
      encode: { .string($0.joined(separator: " ")) }
    ) { value, rules in
      switch value {
      case .string(let text): [text]
      case .array(let words) where rules.converts: words.compactMap(\.stringValue)
      case .null, .bool, .integer, .double, .decimal, .array, .object: nil
      }
    }
  }
}

extension ParameterKind where Value == Bool {
  /// `true` or `false`.
  package static var bool: ParameterKind {
    ParameterKind(
      expectation: "true or false", schema: ["type": "boolean"], stand: false, encode: { .bool($0) }
    ) {
      value, rules in
      switch value {
      case .bool(let flag): flag
      case .string(let text) where rules.isOpen(text): false
      case .string("true") where rules.converts: true
      case .string("false") where rules.converts: false
      case .null, .integer, .double, .decimal, .string, .array, .object: nil
      }
    }
  }
}

extension ParameterKind where Value == Int {
  /// A whole number within `range`.
  package static func integer(_ range: ClosedRange<Int> = Int.min...Int.max) -> ParameterKind {
    ParameterKind(
      expectation: expectation(of: range), schema: schema(of: range),
      stand: max(range.lowerBound, min(range.upperBound, 0)),
      encode: { JSON($0) }
    ) { value, rules in
      if case .string(let text) = value, rules.isOpen(text) {
        return max(range.lowerBound, min(range.upperBound, 0))
      }
      let number: Int64? =
        if case .string(let text) = value, rules.converts { Int64(text) } else { value.integerValue }
      guard let number, let whole = Int(exactly: number), range.contains(whole) else { return nil }
      return whole
    }
  }
}

extension ParameterKind where Value == Int {
  private static func expectation(of range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (Int.min, Int.max): "a whole number"
    case (let low, Int.max): "a whole number of at least \(low)"
    case (Int.min, let high): "a whole number of at most \(high)"
    case (let low, let high): "a whole number from \(low) to \(high)"
    }
  }

  private static func schema(of range: ClosedRange<Int>) -> JSON {
    var schema: JSONObject = ["type": "integer"]
    if range.lowerBound != Int.min { schema["minimum"] = JSON(range.lowerBound) }
    if range.upperBound != Int.max { schema["maximum"] = JSON(range.upperBound) }
    return .object(schema)
  }
}

extension ParameterKind where Value == Double {
  private static var everything: ClosedRange<Double> {
    -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  }

  private static func schema(of range: ClosedRange<Double>) -> JSON {
    var schema: JSONObject = ["type": "number"]
    if range.lowerBound > everything.lowerBound { schema["minimum"] = .double(range.lowerBound) }
    if range.upperBound < everything.upperBound { schema["maximum"] = .double(range.upperBound) }
    return .object(schema)
  }

  /// A number within `range`.
  package static func number(
    _ range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  )
    -> ParameterKind
  {
    ParameterKind(
      expectation: range == everything
        ? "a number" : "a number from \(range.lowerBound) to \(range.upperBound)",
      schema: schema(of: range), stand: range.contains(0) ? 0 : range.lowerBound, encode: { .double($0) }
    ) { value, rules in
      if case .string(let text) = value, rules.isOpen(text) {
        return range.contains(0) ? 0 : range.lowerBound
      }
      let number: Double? =
        if case .string(let text) = value, rules.converts { Double(text) } else { value.doubleValue }
      guard let number, range.contains(number) else { return nil }
      return number
    }
  }
}

extension ParameterKind where Value == JSON {
  /// Any JSON value.
  package static var any: ParameterKind {
    ParameterKind(expectation: "a value", schema: .bool(true), stand: .null, encode: { $0 }) { value, _ in
      value
    }
  }
}

extension ParameterKind where Value == JSONObject {
  /// A map of any values.
  package static var map: ParameterKind {
    ParameterKind(expectation: "a map", schema: ["type": "object"], stand: [:], encode: { .object($0) }) {
      value, rules in
      if case .string(let text) = value {
        if rules.isOpen(text) { return [:] }
        // What spells no map is told with what was expected.
        return rules.converts ? (try? JSONParser.parse(Array(text.utf8)))?.objectValue : nil
      }
      return value.objectValue
    }
  }
}

extension ParameterKind where Value == JSONObject {
  /// The parameters of another step: their placeholders are filled when that one starts.
  package static var subStepParameters: ParameterKind {
    ParameterKind(
      expectation: "a map", schema: ["type": "object"], filling: .untouched, stand: [:],
      encode: { .object($0) }
    ) { value, _ in value.objectValue }
  }
}

/// A map of texts that keeps its order, such as headers and environments.
package struct StringMap: Sendable, Equatable {
  package var entries: [(key: String, value: String)]

  /// Wraps `entries`.
  package init(_ entries: [(key: String, value: String)] = []) { self.entries = entries }

  /// The value at `key`.
  package subscript(key: String) -> String? { entries.first { $0.key == key }?.value }

  package static func == (left: StringMap, right: StringMap) -> Bool {
    left.entries.elementsEqual(right.entries) { $0.key == $1.key && $0.value == $1.value }
  }
}

extension ParameterKind where Value == StringMap {
  /// A map whose values are texts; numbers and bools are taken as their text.
  package static var stringMap: ParameterKind {
    ParameterKind(
      expectation: "a map of strings",
      schema: ["type": "object", "additionalProperties": ["type": ["string", "number", "boolean"]]],
      stand: StringMap(), encode: { .object(JSONObject($0.entries.map { ($0.key, .string($0.value)) })) }
    ) { value, rules in
      guard let object = value.objectValue else { return nil }
      var map = StringMap()
      for (key, member) in object {
        switch member {
        case .string(let text): map.entries.append((key, text))
        case .bool, .integer, .double, .decimal: map.entries.append((key, member.compact))
        case .null, .array, .object:
          rules.path += "/" + JSONPointer.escape(key)
          rules.message = "expected a string, not \(member.excerpt)"
          return nil
        }
      }
      return map
    }
  }
}

extension ParameterKind {
  /// A list of values of one kind.
  @specialized(where Element == String, Value == [String])
  package static func list<Element: Sendable>(of element: ParameterKind<Element>) -> ParameterKind
  where Value == [Element] {
    ParameterKind(
      expectation: "a list, each \(element.expectation)", schema: ["type": "array", "items": element.schema],
      access: element.access, stand: [], encode: { .array($0.map(element.encode)) }
    ) { value, rules in
      if case .string(let text) = value, rules.isOpen(text) { return [] }
      guard let elements = value.arrayValue else { return nil }
      var result: [Element] = []
      for (index, member) in elements.enumerated() {
        guard let element = element.read(member, &rules) else {
          rules.path = "/\(index)" + rules.path
          rules.message = rules.message ?? "expected \(element.expectation), not \(member.excerpt)"
          return nil
        }
        result.append(element)
      }
      return result
    }
  }

  /// A list of values of one kind, or one value that stands for a list of one.
  package static func oneOrMore<Element: Sendable>(_ element: ParameterKind<Element>) -> ParameterKind
  where Value == [Element] {
    let list = ParameterKind.list(of: element)
    return ParameterKind(
      expectation: "\(element.expectation) or a list of them",
      schema: ["anyOf": [element.schema, list.schema]],
      access: element.access, stand: [], encode: list.encode
    ) { value, rules in
      if case .array = value { return list.read(value, &rules) }
      return element.read(value, &rules).map { [$0] }
    }
  }
}
