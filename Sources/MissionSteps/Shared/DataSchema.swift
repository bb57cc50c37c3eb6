import Formats
package import MissionModel

/// The JSON Schema that a data step checks its values with, given in the mission or in a file.
package struct DataSchema: Sendable {
  private let schema: JSON?
  private let file: String?

  /// Names a schema that its step type has read by itself.
  init(schema: JSON?, file: String?) {
    self.schema = schema
    self.file = file
  }

  /// Reads `schema` or `schema_file`, of which at most one may be given; nil where neither is.
  package static func read(_ p: inout ParameterReader) -> DataSchema? {
    let schema: JSON? = p.optional("schema", .any, "JSON Schema that the value must match.")
    let file: String? = p.optional("schema_file", .readPath, "File with the JSON Schema, as JSON or YAML.")
    p.atMostOne(of: ["schema", "schema_file"])
    check(schema, &p)
    return schema == nil && file == nil ? nil : DataSchema(schema: schema, file: file)
  }

  /// Reports at submission what is wrong with a schema that stands in the mission, as a value or as text.
  static func check(_ schema: JSON?, _ p: inout ParameterReader) {
    guard var schema, p.purpose == .checking, !p.isOpen("schema") else { return }
    if case .string(let text) = schema {
      do throws(StepFailure) { schema = try parse(Array(text.utf8), "schema") } catch {
        return p.problem(at: "schema", error.message)
      }
    }
    do throws(ValidationError) { _ = try JSONSchema(schema, patterns: p.patterns) } catch {
      for problem in error.problems {
        p.problem(at: "schema", (problem.pointer.isEmpty ? "" : problem.pointer + ": ") + problem.message)
      }
    }
  }

  /// Makes the check ready; fails where the schema is none.
  package func compile(_ context: StepContext) async throws(StepFailure) -> JSONSchema {
    let document = try await load(context)
    let patterns = context.patterns
    return try await context.heavyWork.run { _ throws(StepFailure) in
      do throws(ValidationError) { return try JSONSchema(document, patterns: patterns) } catch {
        let problems = error.problems.map { "\($0.pointer): \($0.message)" }.joined(separator: "; ")
        throw StepFailure(.badParameters, "compile the schema\(file.map { " \($0)" } ?? ""): \(problems)")
      }
    }
  }

  /// The schema as a value, whether it stands in the mission or in a file.
  func load(_ context: StepContext) async throws(StepFailure) -> JSON {
    guard let file else {
      // A schema may stand in the mission as text too.
      guard case .string(let text)? = schema else { return schema ?? true }
      return try await Self.parse(Array(text.utf8), "schema", context)
    }
    let bytes = try await context.files.open(file).readAll(limit: DataInput.maxBytes, path: file)
    return try await Self.parse(bytes, file, context)
  }

  private static func parse(
    _ bytes: [UInt8], _ title: String, _ context: StepContext
  ) async throws(StepFailure) -> JSON {
    try await context.heavyWork.run { _ throws(StepFailure) in try parse(bytes, title) }
  }

  private static func parse(_ bytes: [UInt8], _ title: String) throws(StepFailure) -> JSON {
    // Every JSON text is YAML too, but the JSON parser is faster and its errors are plainer.
    if let first = bytes.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") {
      do throws(JSONError) { return try JSONParser.parse(bytes) } catch {
        throw StepFailure(.badParameters, "parse \(title): \(error.description)")
      }
    }
    do throws(YAMLError) { return try YAMLParser.parse(bytes) } catch {
      throw StepFailure(.badParameters, "parse \(title): \(error.description)")
    }
  }
}
