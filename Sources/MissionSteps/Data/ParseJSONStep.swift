package import Formats
package import MissionModel

/// Reads JSON text as a value that later steps can take apart.
package struct ParseJSONStep: StepType {
  package static let name = "parse_json"
  package static let summary = "Parse JSON, check it against a schema, and give all or a part of it."
  package static let effects: Effects = .readsFiles
  package static let example = """
    step_type: parse_json
    parameters: { file: package.json, query: /version }
    """
  package static let outputs = [
    OutputField("parsed", "any", "The value, or the part that the query names."),
    OutputField("valid", "bool", "True; false in the output of a failure for the schema's sake."),
  ]
  package static let mainOutput: String? = "parsed"
  package static let requirements = [Patterns.requirement]

  private let input: DataInput
  private let query: DataQuery?
  private let schema: DataSchema?

  package init(_ p: inout ParameterReader) {
    input = DataInput(&p)
    query = .read(&p)
    schema = .read(&p)
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let bytes = try await input.read(context)
    let value = try await context.heavyWork.run { _ throws(StepFailure) in
      do throws(JSONError) { return try JSONParser.parse(bytes) } catch {
        throw StepFailure("parse \(input.title): \(error.description)")
      }
    }
    if let schema {
      let compiled = try await schema.compile(context)
      try await context.heavyWork.run { _ throws(StepFailure) in
        try compiled.require(value, from: input.title, output: ["parsed": value, "valid": false])
      }
    }
    return ["parsed": try query?.apply(to: value, of: input.title) ?? value, "valid": true]
  }
}
