import Formats
import MissionKit
import MissionModel
import Testing

@testable import MissionServer

@Suite struct MissionSchemaTests {
  private let schema = MissionSchema.document(BuiltinCatalog.catalog)

  private func names(_ json: JSON?) -> [String] { json?["properties"]?.objectValue?.map { $0.0 } ?? [] }

  private func problems(_ document: JSON) -> [String] {
    do throws(ValidationError) {
      _ = try DocumentLoader(catalog: BuiltinCatalog.catalog).load(Array(document.compact.utf8))
      return []
    } catch { return error.problems.map { "\($0.pointer): \($0.message)" } }
  }

  /// A value that a schema lets pass, good enough for fields of missions.
  private func sample(_ field: JSON?) -> JSON {
    if let words = field?["enum"]?.arrayValue { return words[0] }
    if let choice = field?["anyOf"]?[0], field?["$ref"] == nil { return sample(choice) }
    switch field?["type"] ?? "null" {
    case "integer", "number": return field?["minimum"] ?? 1
    case "boolean": return true
    case "object": return [:]
    case "string": return field?["pattern"] == "^/" ? "/" : "x"
    default: return .null
    }
  }

  @Test func `a config field in the schema is one that is read, at its smallest value too`() {
    let config = schema["$defs"]?["config"]
    let spellings = ["max_parallel_steps", "max_parallel", "parallel_limit", "retry_count"]
    for name in names(config) {
      let value = sample(config?["properties"]?[name])
      let found = problems([
        "name": "x", "config": .object([name: value]), "steps": [["id": "a", "step_type": "noop"]],
      ])
      #expect(found == [], "\(name): \(value.compact)")
    }
    #expect(Set(spellings).isSubset(of: names(config)))
    #expect(config?["properties"]?["retry_backoff"]?["maximum"] == 1000)
  }

  @Test func `a step field in the schema is one that is read`() {
    let step = schema["$defs"]?["step"]
    for name in names(step) where !["id", "type", "step_type", "depends_on"].contains(name) {
      var fields: JSONObject = ["id": "a", "step_type": "noop"]
      fields[name] = sample(step?["properties"]?[name])
      #expect(problems(["name": "x", "steps": [.object(fields)]]) == [], "\(name)")
    }
  }

  @Test func `what the schema does not name is an error to the loader too`() {
    #expect(schema["additionalProperties"] == false)
    #expect(schema["$defs"]?["config"]?["additionalProperties"] == false)
    #expect(schema["$defs"]?["step"]?["additionalProperties"] == false)
    let found = problems([
      "name": "x", "more": 1, "config": ["more": 1], "steps": [["id": "a", "step_type": "noop", "more": 1]],
    ])
    #expect(found.count == 3)
  }

  @Test func `each step type has a rule with the schema of its parameters`() {
    let rules = schema["$defs"]?["step"]?["allOf"]?.arrayValue ?? []
    let types = BuiltinCatalog.catalog.declarations
    #expect(rules.count == types.count)
    #expect(schema["$defs"]?["step_type"]?["enum"] == .array(types.map { .string($0.name) }))
    for (rule, type) in zip(rules, types) {
      #expect(rule["if"]?["properties"]?["step_type"]?["const"] == .string(type.name))
      #expect(rule["then"]?["properties"]?["parameters"] == type.parameterSchema)
      let needs = type.parameters.contains(where: \.isRequired)
      #expect((rule["then"]?["required"] != nil) == needs, "\(type.name)")
    }
  }
}
