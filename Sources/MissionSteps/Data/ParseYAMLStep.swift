package import Formats
package import MissionModel

/// Reads YAML text, one document or several, as values that later steps can take apart.
package struct ParseYAMLStep: StepType {
  package static let name = "parse_yaml"
  package static let summary = "Parse YAML 1.2, check it against a schema, and give all or a part of it."
  package static let effects: Effects = .readsFiles
  package static let example = """
    step_type: parse_yaml
    parameters: { file: deploy.yaml, query: "services[0].image" }
    """
  package static let outputs = [
    OutputField("parsed", "any", "The value or its part; with `multi` the list of those of all documents."),
    OutputField("valid", "bool", "True; false in the output of a failure for the schema's sake."),
    OutputField("documents", "integer", "How many documents the text holds."),
  ]
  package static let mainOutput: String? = "parsed"
  package static let requirements = [Patterns.requirement]

  private let input: DataInput
  private let query: DataQuery?
  private let multi: Bool
  private let schema: DataSchema?

  package init(_ p: inout ParameterReader) {
    input = DataInput(&p)
    query = .read(&p)
    multi = p.optional(
      "multi", .bool, default: false, "Take all documents of the text; else there must be one.")
    schema = .read(&p)
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let bytes = try await input.read(context)
    let documents = try await context.heavyWork.run { _ throws(StepFailure) in
      do throws(YAMLError) {
        return multi ? try YAMLParser.parseAll(bytes) : [try YAMLParser.parse(bytes)]
      } catch {
        let hint = error.description.hasSuffix("only one is expected") ? "; set multi: true to take all" : ""
        throw StepFailure("parse \(input.title): \(error.description)\(hint)")
      }
    }
    if let schema {
      let schema = try await schema.compile(context)
      try await context.heavyWork.run { _ throws(StepFailure) in
        for (index, document) in documents.enumerated() {
          let title = multi ? "\(input.title), document \(index + 1)," : input.title
          try schema.require(document, from: title, output: output(documents, isValid: false))
        }
      }
    }
    guard let query else { return output(documents, isValid: true) }
    var parts: [JSON] = []
    for document in documents { parts.append(try query.apply(to: document, of: input.title)) }
    return output(parts, isValid: true)
  }

  private func output(_ values: [JSON], isValid: Bool) -> JSON {
    [
      "parsed": multi ? .array(values) : values.first ?? .null, "valid": .bool(isValid),
      "documents": JSON(values.count),
    ]
  }
}
