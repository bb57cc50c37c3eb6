package import Formats

/// Everything that is known of a step type without an instance of it.
///
/// A class: it is handed around for every step of every mission, and has a dozen members to copy.
package final class StepDeclaration: Sendable {
  package let name: String
  package let summary: String
  package let effects: Effects
  package let example: String
  package let parameters: [ParameterDeclaration]
  /// Those of the parameters that name something outside of the mission, with all their spellings: what the
  /// review of each step looks at.
  package let named: [(spellings: [String], access: ParameterAccess)]
  package let groups: [ParameterGroup]
  package let outputs: [OutputField]
  package let mainOutput: String?
  package let requirements: [Requirement]
  private let type: any StepType.Type

  /// Asks `type` for its declaration.
  package init(_ type: any StepType.Type) {
    var reader = ParameterReader([:], for: .describing)
    _ = type.init(&reader)
    name = type.name
    summary = type.summary
    effects = type.effects
    example = type.example
    parameters = reader.declared
    named = parameters.compactMap { declared in
      declared.access.map { ([declared.name] + declared.aliases, $0) }
    }
    groups = reader.groups
    outputs = type.outputs
    mainOutput = type.mainOutput
    requirements = type.requirements
    self.type = type
  }

  /// Says what is wrong with `parameters` as they were submitted; placeholders are left open.
  ///
  /// - Parameter patterns: judges regular expressions.
  package func check(_ parameters: JSONObject, patterns: Patterns = .unjudged) -> [Problem] {
    read(parameters, for: .checking, patterns).problems
  }

  /// Makes the step to run from `parameters` whose placeholders are filled.
  package func makeStep(_ parameters: JSONObject) throws(ValidationError) -> any StepType {
    let (step, problems) = read(parameters, for: .running)
    guard problems.isEmpty else { throw ValidationError(problems) }
    return step
  }

  /// The field of an output that stands for the whole; a last line end of what a process wrote is left out.
  package func mainOutput(of output: JSON) -> JSON {
    guard let mainOutput else { return output }
    guard case .string(let text)? = output[mainOutput], mainOutput == "stdout" else {
      return output[mainOutput] ?? .null
    }
    return .string(text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }

  private func read(
    _ parameters: JSONObject, for purpose: ParameterReader.Purpose, _ patterns: Patterns = .unjudged
  ) -> (any StepType, problems: [Problem]) {
    var reader = ParameterReader(parameters, for: purpose, patterns: patterns)
    let step = type.init(&reader)
    reader.finish()
    return (step, reader.problems + Self.checkShared(parameters, for: purpose))
  }

  /// Checks the two parameters that every step type understands.
  private static func checkShared(_ parameters: JSONObject, for purpose: ParameterReader.Purpose) -> [Problem]
  {
    guard parameters["output_variable"] != nil || parameters["timeout_seconds"] != nil else { return [] }
    var reader = ParameterReader(parameters, for: purpose)
    let variable: String? = reader.optional(
      "output_variable", .string, "Context variable that takes the main output.")
    let _: Int? = reader.optional("timeout_seconds", .integer(1...Int.max), "Limit for one attempt.")
    if let variable, !Identifier.isValid(variable) {
      reader.problem(
        at: "output_variable", "\"\(variable)\" is no name",
        hint: "use letters, digits, _ and -, and begin with a letter or _")
    }
    return reader.problems
  }

  /// The JSON Schema (2020-12) of the parameters.
  package var parameterSchema: JSON {
    var properties = JSONObject()
    for parameter in parameters {
      for spelling in [parameter.name] + parameter.aliases {
        var schema = parameter.schema.objectValue ?? [:]
        schema["description"] = .string(
          spelling == parameter.name ? parameter.summary : "Another spelling of `\(parameter.name)`.")
        if let fallback = parameter.fallback { schema["default"] = fallback }
        // A placeholder may stand for a value of any kind.
        properties[spelling] =
          schema["type"] == "string" || schema["type"] == nil
          ? .object(schema)
          : [
            "anyOf": [.object(schema), ["type": "string", "pattern": "\\{\\{"]],
            "description": schema["description"] ?? .null,
          ]
      }
    }
    properties["output_variable"] = [
      "type": "string", "description": "Context variable that takes the main output.",
    ]
    properties["timeout_seconds"] = [
      "type": "integer", "minimum": 1, "description": "Limit for one attempt, in seconds.",
    ]
    var schema: JSONObject = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    let required = parameters.filter { $0.isRequired && $0.aliases.isEmpty }.map { JSON.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    var rules = parameters.filter { $0.isRequired && !$0.aliases.isEmpty }.map {
      Self.anyOf([$0.name] + $0.aliases, "anyOf")
    }
    rules += groups.filter { $0.rule != .atMostOne }.map {
      Self.anyOf(spellings(of: $0), $0.rule == .exactlyOne ? "oneOf" : "anyOf")
    }
    if !rules.isEmpty { schema["allOf"] = .array(rules) }
    return .object(schema)
  }

  private func spellings(of group: ParameterGroup) -> [String] {
    group.names.flatMap { name in [name] + (parameters.first { $0.name == name }?.aliases ?? []) }
  }

  private static func anyOf(_ names: [String], _ keyword: String) -> JSON {
    .object([keyword: .array(names.map { ["required": [.string($0)]] })])
  }
}
