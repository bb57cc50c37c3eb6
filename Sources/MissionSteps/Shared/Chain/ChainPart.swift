package import Formats
package import MissionModel

/// A sub-step of a chain as a mission writes it.
package struct ChainPart: Sendable, Equatable {
  package var name: String
  package var type: String
  package var parameters: JSONObject
  package var timeoutSeconds: Double?

  /// Reads a list of them; nil where one has not the form, and then `rules` says which and why.
  static func read(_ list: [JSON], _ rules: inout ReadingRules) -> [ChainPart]? {
    var parts: [ChainPart] = []
    for (place, value) in list.enumerated() {
      var problem: String?
      guard let part = ChainPart(value, place, &problem) else {
        rules.path += "/\(place)"
        rules.message = problem
        return nil
      }
      if parts.contains(where: { $0.name == part.name }) {
        rules.path += "/\(place)"
        rules.message = "\"\(part.name)\" names two sub-steps"
        return nil
      }
      parts.append(part)
    }
    guard !parts.isEmpty else {
      rules.message = "is empty"
      return nil
    }
    return parts
  }

  /// The sub-steps that the parameters of a chain hold, for looking at them before it runs; none where one is
  /// badly written, which validation tells.
  package static func all(in parameters: JSONObject) -> [ChainPart] {
    var problem: String?
    let parts = (parameters["steps"]?.arrayValue ?? []).enumerated().compactMap { place, value in
      ChainPart(value, place, &problem)
    }
    return problem == nil ? parts : []
  }

  private static let keys = [
    "step_name", "id", "name", "step_type", "type", "parameters", "timeout_seconds",
  ]

  private init?(_ value: JSON, _ place: Int, _ problem: inout String?) {
    guard let object = value.objectValue else {
      problem = "expected a map with step_name, step_type and parameters, not \(value.kindName)"
      return nil
    }
    if let unknown = object.keys.first(where: { !Self.keys.contains($0) }) {
      let closest = EditDistance.closest(to: unknown, among: Self.keys)
      problem = "unknown field \"\(unknown)\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
      return nil
    }
    let written = object["step_name"] ?? object["id"] ?? object["name"]
    name = written?.stringValue ?? "step\(place + 1)"
    guard Identifier.isValid(name) else {
      problem = "\"\(name)\" is no name: use letters, digits, _ and -, and begin with a letter or _"
      return nil
    }
    guard let type = (object["step_type"] ?? object["type"])?.stringValue else {
      problem = "step_type is required"
      return nil
    }
    self.type = type
    parameters = object["parameters"]?.objectValue ?? [:]
    timeoutSeconds = object["timeout_seconds"]?.doubleValue
    let isTime = timeoutSeconds.map { $0 >= 1 } ?? (object["timeout_seconds"]?.isNull ?? true)
    guard isTime else {
      problem = "timeout_seconds is a number of at least 1"
      return nil
    }
  }

  /// Describes a sub-step.
  package init(name: String, type: String, parameters: JSONObject) {
    self.name = name
    self.type = type
    self.parameters = parameters
  }

  /// What is wrong with its type and parameters, placeholders left open.
  func problems(in catalog: StepCatalog) -> [String] {
    switch catalog.look(up: type) {
    case .found(let declaration):
      return declaration.check(parameters).filter { $0.severity == .error }.map { problem in
        "\(name): parameters\(problem.pointer): \(problem.message)" + (problem.hint.map { "; \($0)" } ?? "")
      }
    case .notInThisVersion(let name): return ["\(self.name): step type \"\(name)\" is not in this version"]
    case .unknown(let closest):
      return [
        "\(name): there is no step type \"\(type)\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
      ]
    }
  }
}

extension ParameterKind where Value == [ChainPart] {
  /// A list of sub-steps, whose parameters are filled when they start.
  package static var chainParts: ParameterKind {
    ParameterKind(
      expectation: "a list of {step_name, step_type, parameters, timeout_seconds}",
      schema: [
        "type": "array", "minItems": 1,
        "items": [
          "type": "object", "required": ["step_type"],
          "properties": [
            "step_name": ["type": "string"], "step_type": ["type": "string"],
            "parameters": ["type": "object"], "timeout_seconds": ["type": "number", "minimum": 1],
          ],
        ],
      ], filling: .untouched, stand: [], encode: { _ in [] }
    ) { value, rules in value.arrayValue.flatMap { ChainPart.read($0, &rules) } }
  }
}

extension ParameterKind where Value == [String] {
  /// A list of texts whose placeholders are filled when a sub-step starts.
  package static var subStepTexts: ParameterKind {
    ParameterKind(
      expectation: "a list of strings",
      schema: ["type": "array", "minItems": 1, "items": ["type": "string"]], filling: .untouched,
      stand: [], encode: { .array($0.map(JSON.string)) }
    ) { value, _ in
      guard let elements = value.arrayValue, !elements.isEmpty else { return nil }
      let texts = elements.compactMap(\.stringValue)
      return texts.count == elements.count ? texts : nil
    }
  }
}
