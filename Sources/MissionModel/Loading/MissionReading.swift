import Formats

/// One walk through the JSON of a document: gathers the mission's parts and everything that is wrong with
/// them.
struct MissionReading {
  static let fields = ["name", "version", "description", "steps", "config", "context", "labels"]
  private static let longestName = 200
  private static let supportedMajorVersion = "1"

  private let steps: StepsReading
  private var fieldReader: FieldReader
  private var name: String?
  private var version = "1.0"
  private var description: String?
  private var config = MissionConfig()
  private var context: JSONObject = [:]
  private var labels: [(key: String, value: String)] = []
  private var seen = SeenKeys()
  private var isMap = false

  /// Reads a document whose steps `steps` reads, or has read ahead.
  init(unknownFields: DocumentLoader.UnknownFields, steps: StepsReading) {
    self.steps = steps
    fieldReader = FieldReader(unknownFields: unknownFields)
  }

  /// What is wrong so far.
  var problems: ProblemCollector { fieldReader.problems }
  /// True once `finish` has found every dependency where it should be: what names a step can be judged.
  private(set) var isGraphSound = false

  /// Adds what is wrong with the placeholders.
  mutating func add(_ problems: [Problem]) { fieldReader.problems.add(problems, under: "") }

  /// Reads a whole document; throws only where it is no JSON.
  mutating func read(_ reader: inout JSONReader) throws(JSONError) {
    guard try reader.nextKind() == .object else {
      let value = try reader.value()
      try reader.end()
      let message = value.isNull ? "the document is empty" : "expected a map, not \(value.kindName)"
      return fieldReader.problems.add(at: "", message, hint: "a mission has at least \"name\" and \"steps\"")
    }
    isMap = true
    try reader.beginObject()
    while let key = try reader.nextKey() {
      guard seen.insert(key) else {
        throw reader.failure(
          "the key \(JSON.string(key).compact) occurs twice in this object", at: reader.keyOffset)
      }
      try readField(key, &reader)
    }
    try reader.end()
  }

  private mutating func readField(_ key: String, _ reader: inout JSONReader) throws(JSONError) {
    switch key {
    case "steps": try readSteps(&reader)
    case "name": takeName(try reader.value())
    case "version": takeVersion(try reader.valueWithText())
    case "description": description = fieldReader.string(try reader.value(), at: "/description")
    case "config": config = fieldReader.config(try reader.value())
    case "context": context = fieldReader.map(try reader.value(), at: "/context") ?? [:]
    case "labels": takeLabels(try reader.value())
    default:
      _ = try reader.value()
      fieldReader.unknown(key, in: "", known: Self.fields)
    }
  }

  private mutating func takeName(_ value: JSON) {
    guard let text = fieldReader.string(value, at: "/name") else {
      if !value.isNull { name = "" }  // reported already
      return
    }
    name = text
    let length = text.unicodeScalars.count
    guard length < 1 || length > Self.longestName else { return }
    fieldReader.problems.add(at: "/name", "expected 1 to \(Self.longestName) characters, not \(length)")
  }

  private mutating func takeVersion(_ field: (value: JSON, text: String)) {
    switch field.value {
    case .null: return
    case .string(let text): version = text
    case .integer, .double, .decimal: version = field.text
    case .bool, .array, .object:
      return fieldReader.expected("a version such as \"1.0\"", field.value, at: "/version")
    }
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    let isVersion = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
    if !isVersion || version.utf8.count > 32 {
      fieldReader.expected("a version such as \"1.0\"", .string(version), at: "/version")
    } else if parts[0] != Self.supportedMajorVersion {
      fieldReader.problems.add(
        at: "/version", "version \(version) is not supported", hint: "this program reads version 1.x")
    }
  }

  private mutating func takeLabels(_ value: JSON) {
    guard let members = fieldReader.map(value, at: "/labels") else { return }
    for (key, value) in members {
      let pointer = "/labels/" + JSONPointer.escape(key)
      if let text = fieldReader.string(value, at: pointer) {
        labels.append((key, text))
      } else if value.isNull {
        fieldReader.expected("a string", value, at: pointer)
      }
    }
  }

  private mutating func readSteps(_ reader: inout JSONReader) throws(JSONError) {
    guard try reader.nextKind() == .array else {
      let value = try reader.value()
      if value.isNull {
        fieldReader.problems.add(at: "/steps", "is required")
      } else {
        fieldReader.expected("a list", value, at: "/steps")
      }
      return
    }
    try steps.read(&reader)
    steps.finish(&fieldReader.problems)
  }

  /// Checks what only the whole document shows; nil where no mission can be made of it.
  mutating func finish(source: [UInt8]) -> Mission? {
    guard isMap else { return nil }
    if name == nil { fieldReader.problems.add(at: "/name", "is required") }
    if !seen.contains("steps") { fieldReader.problems.add(at: "/steps", "is required") }
    let before = fieldReader.problems.count
    steps.dependencies.resolve(&steps.steps, &fieldReader.problems)
    isGraphSound = fieldReader.problems.count == before
    for (key, _) in context {
      let pointer = "/context/" + JSONPointer.escape(key)
      if Identifier.reserved.contains(key) {
        fieldReader.problems.add(
          at: pointer, "\"\(key)\" is reserved for variables", hint: "choose another name", concernsKey: true)
      } else if steps.dependencies.place(of: key) != nil {
        fieldReader.problems.add(
          at: pointer, "\"\(key)\" is the id of a step", hint: "choose another name", concernsKey: true)
      }
    }
    guard let name else { return nil }
    return Mission(
      name: name, version: version, description: description, config: config, context: context,
      labels: labels, steps: steps.steps, source: source)
  }
}
