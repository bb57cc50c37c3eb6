import Formats
import MissionModel

/// The schema of a step type's parameters as a model needs it: no placeholders, no spellings.
enum ToolSchema {
  static func of(_ declaration: StepDeclaration) -> JSON {
    var properties = JSONObject()
    for parameter in declaration.parameters {
      var schema = parameter.schema.objectValue ?? [:]
      schema["description"] = .string(parameter.summary)
      properties[parameter.name] = .object(schema)
    }
    var schema: JSONObject = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    let required = declaration.parameters.filter(\.isRequired).map { JSON.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    return .object(schema)
  }
}
