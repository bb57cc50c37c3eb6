import Formats

/// Reads one step of a document; its parameters go to the checks.
struct StepReading {
  static let fields = [
    "id", "name", "step_type", "depends_on", "timeout_seconds", "continue_on_error", "retry_attempts",
    "retry_delay_ms", "retry_backoff", "on_interrupt", "parameters",
  ]

  private let index: Int
  private let catalog: StepCatalog
  private var step = Step(id: "", type: "")
  private var hasID = false
  private var typeKey: String?
  private var declaration: StepDeclaration?
  private var parameters: JSONObject = [:]
  private var hasBadParameters = false
  private var seen = SeenKeys()

  init(index: Int, catalog: StepCatalog) {
    self.index = index
    self.catalog = catalog
  }

  private func pointer(_ field: String) -> String { "/steps/\(index)/" + JSONPointer.escape(field) }

  /// Reads the step that comes next; throws only where the document is no JSON.
  mutating func read(
    _ reader: inout JSONReader, fieldReader: inout FieldReader, dependencies: inout DependencyTable,
    checks: StepChecks
  ) throws(JSONError) -> Step {
    guard try reader.nextKind() == .object else {
      fieldReader.expected("a map with \"id\" and \"step_type\"", try reader.value(), at: "/steps/\(index)")
      return step
    }
    try reader.beginObject()
    while let key = try reader.nextKey() {
      guard seen.insert(key) else {
        throw reader.failure(
          "the key \(JSON.string(key).compact) occurs twice in this object", at: reader.keyOffset)
      }
      try readField(key, &reader, &fieldReader, &dependencies)
    }
    finish(&fieldReader, &dependencies)
    if let declaration, !hasBadParameters {
      checks.add(.init(index: index, declaration: declaration, parameters: parameters))
    }
    return step
  }

  private mutating func readField(
    _ key: String, _ reader: inout JSONReader, _ fields: inout FieldReader,
    _ dependencies: inout DependencyTable
  ) throws(JSONError) {
    switch key {
    case "parameters": try readParameters(&reader, &fields)
    case "id": takeID(try reader.value(), &fields)
    case "step_type", "type": takeType(try reader.value(), key, &fields)
    case "depends_on": try readDependencies(&reader, &fields, &dependencies)
    default: takeOption(key, try reader.value(), &fields)
    }
  }

  private mutating func takeOption(_ key: String, _ value: JSON, _ fields: inout FieldReader) {
    let anyNumber = 0...FieldReader.largestNumber
    switch key {
    case "name": step.name = fields.string(value, at: pointer(key))
    case "timeout_seconds":
      step.timeoutSeconds = fields.integer(value, in: 1...FieldReader.largestNumber, at: pointer(key))
    case "continue_on_error": step.continueOnError = fields.bool(value, at: pointer(key)) ?? false
    case "retry_attempts", "retry_count":
      if key == "retry_count", seen.contains("retry_attempts") {
        noteSpelling(key, "retry_attempts", &fields)
      }
      step.retryAttempts = fields.integer(value, in: anyNumber, at: pointer(key))
    case "retry_delay_ms":
      step.retryDelayMilliseconds = fields.integer(value, in: anyNumber, at: pointer(key))
    case "retry_backoff": step.retryBackoff = fields.number(value, in: 0...1000, at: pointer(key))
    case "on_interrupt":
      step.onInterrupt = fields.choice(value, Step.InterruptRule.self, at: pointer(key)) ?? .retry
    default: fields.unknown(key, in: "/steps/\(index)", known: Self.fields)
    }
  }

  private func noteSpelling(_ key: String, _ other: String, _ fields: inout FieldReader) {
    fields.problems.add(
      at: pointer(key), "is another spelling of \"\(other)\", which is given too", hint: "keep one of them",
      concernsKey: true)
  }

  private mutating func takeID(_ value: JSON, _ fields: inout FieldReader) {
    guard let id = fields.string(value, at: pointer("id")) else {
      hasID = !value.isNull  // what is no string has been reported
      return
    }
    hasID = true
    step.id = id
    guard Identifier.isValid(id) else {
      let shown = JSON.string(id).excerpt
      return fields.problems.add(
        at: pointer("id"), "\(shown) is no step id",
        hint: "use at most \(Identifier.maxLength) letters, digits, _ and -, and begin with a letter or _")
    }
    if Identifier.reserved.contains(id) {
      fields.problems.add(
        at: pointer("id"), "\"\(id)\" is reserved for variables", hint: "choose another id")
    }
  }

  private mutating func takeType(_ value: JSON, _ key: String, _ fields: inout FieldReader) {
    if let other = typeKey { return noteSpelling(key, other, &fields) }
    guard let name = fields.string(value, at: pointer(key)) else {
      if !value.isNull { typeKey = key }
      return
    }
    typeKey = key
    step.type = name
    switch catalog.look(up: name) {
    case .found(let found):
      declaration = found
      step.type = found.name
    case .notInThisVersion(let name):
      fields.problems.add(at: pointer(key), "step type \"\(name)\" is not in this version yet")
    case .unknown(let closest):
      fields.problems.add(
        at: pointer(key), "unknown step type \(JSON.string(name).excerpt)",
        hint: closest.map { "did you mean \"\($0)\"?" } ?? "`mission steps` lists them")
    }
  }

  private mutating func readParameters(
    _ reader: inout JSONReader, _ fields: inout FieldReader
  ) throws(JSONError) {
    _ = try reader.nextKind()
    let start = reader.offset
    let value = try reader.value()
    if let members = fields.map(value, at: pointer("parameters")) {
      parameters = members
      step.parameters = start..<reader.offset
    } else {
      hasBadParameters = !value.isNull
    }
  }

  private mutating func readDependencies(
    _ reader: inout JSONReader, _ fields: inout FieldReader, _ dependencies: inout DependencyTable
  ) throws(JSONError) {
    switch try reader.nextKind() {
    case .string: dependencies.add(try reader.string(), of: index, at: nil)
    case .array:
      try reader.beginArray()
      var position = 0
      while try reader.nextElement() {
        if try reader.nextKind() == .string {
          dependencies.add(try reader.string(), of: index, at: position)
        } else {
          fields.expected("the id of a step", try reader.value(), at: pointer("depends_on") + "/\(position)")
        }
        position += 1
      }
    case .null: _ = try reader.value()
    case .bool, .number, .object:
      fields.expected("a list of step ids", try reader.value(), at: pointer("depends_on"))
    }
  }

  private func finish(_ fields: inout FieldReader, _ dependencies: inout DependencyTable) {
    if !hasID { fields.problems.add(at: pointer("id"), "is required") }
    if typeKey == nil { fields.problems.add(at: pointer("step_type"), "is required") }
    if let first = dependencies.define(step.id, at: index) {
      fields.problems.add(
        at: pointer("id"), "\"\(step.id)\" is the id of an earlier step",
        hint: "the other one is /steps/\(first)")
    }
  }
}
