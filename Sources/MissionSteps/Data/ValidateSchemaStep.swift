package import Formats
package import MissionModel

/// Checks a document against a schema, and says all that is wrong with it.
package struct ValidateSchemaStep: StepType {
  package static let name = "validate_schema"
  package static let summary = "Check JSON, XML or CSV against a schema."
  package static let effects: Effects = .readsFiles
  package static let example = """
    step_type: validate_schema
    parameters: { file: config.json, schema_file: config.schema.json }
    """
  package static let outputs = [
    OutputField("valid", "bool", "Whether the document is as the schema says."),
    OutputField("errors", "list", "What is wrong, each with path, keyword and message; at most 1000."),
    OutputField("schema_type", "string", "What the schema is: json_schema, xsd or csv."),
  ]
  package static let requirements = [
    Patterns.requirement, .library("libxml2.so.2", package: "libxml2", isEssential: false),
  ]

  /// Violations that an error message lists.
  private static let listed = 10

  private let data: JSON?
  private let input: DataInput
  private let schema: JSON?
  private let schemaFile: String?
  private let type: String
  private let failsOnInvalid: Bool

  package init(_ p: inout ParameterReader) {
    data = p.optional("data", .any, "The document itself, as text or as a value.")
    input = DataInput(&p, or: "data")
    schema = p.optional("schema", .any, "The schema, as text or as a value.")
    schemaFile = p.optional("schema_file", .readPath, "The file that holds the schema.")
    p.atMostOne(of: ["schema", "schema_file"])
    let hasSchema = p.isGiven("schema") || p.isGiven("schema_file")
    let given = p.optional(
      "schema_type", .choice("json_schema", "xsd", "csv"),
      "What the schema is; json_schema where it is left out, or csv if there is no schema either.")
    type = given ?? (hasSchema ? "json_schema" : "csv")
    if let given, given != "csv", !hasSchema, !p.isOpen("schema_type") {
      p.problem(at: "schema", "is required for \"\(given)\"", hint: "give schema or schema_file")
    }
    if type == "csv", let schema, !p.isOpen("schema") { Self.check(schema, &p) }
    if type == "json_schema" { DataSchema.check(schema, &p) }
    failsOnInvalid = p.optional(
      "fail_on_invalid", .bool, default: true, "Whether the step fails if the document is not valid.")
  }

  private static func check(_ schema: JSON, _ p: inout ParameterReader) {
    if case .string = schema { return }
    do throws(SchemaProblem) { _ = try TableSchema(schema) } catch {
      p.problem(at: "schema", (error.pointer.isEmpty ? "" : error.pointer + ": ") + error.message)
    }
  }

  /// What messages call the document.
  private var title: String { data == nil ? input.title : "data" }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let violations: [SchemaViolation]
    switch type {
    case "xsd": violations = try await checkXML(context)
    case "csv": violations = try await checkTable(context)
    default: violations = try await checkJSON(context)
    }
    let output: JSON = [
      "valid": .bool(violations.isEmpty), "errors": .array(violations.map(\.json)),
      "schema_type": .string(type),
    ]
    guard failsOnInvalid, !violations.isEmpty else { return output }
    let lines = violations.prefix(Self.listed).map { violation in
      (violation.path.isEmpty || type == "xsd" ? "" : violation.path + ": ") + violation.message
    }
    throw StepFailure(
      "\(title) does not match the schema: \(lines.joined(separator: "; "))"
        + (violations.count > Self.listed ? "; and \(violations.count - Self.listed) more" : ""),
      output: output)
  }

  /// The document as bytes.
  private func text(_ context: StepContext) async throws(StepFailure) -> [UInt8] {
    guard let data else { return try await input.read(context) }
    return Array(data.text.utf8)
  }

  // MARK: JSON Schema

  private func checkJSON(_ context: StepContext) async throws(StepFailure) -> [SchemaViolation] {
    let compiled = try await DataSchema(schema: schema, file: schemaFile).compile(context)
    for warning in compiled.warnings {
      context.warn("schema: \(warning.pointer): \(warning.message)")
    }
    let bytes = try await text(context)
    return try await context.heavyWork.run { isCancelled throws(StepFailure) in
      try compiled.validate(try document(bytes), isCancelled: isCancelled)
    }
  }

  /// The document as a value: YAML if its file is called so, else JSON.
  private func document(_ bytes: [UInt8]) throws(StepFailure) -> JSON {
    if let data, data.stringValue == nil { return data }
    guard input.hasSuffix(".yaml", ".yml") else {
      do throws(JSONError) { return try JSONParser.parse(bytes) } catch {
        throw StepFailure("parse \(title): \(error.description)")
      }
    }
    do throws(YAMLError) { return try YAMLParser.parse(bytes) } catch {
      throw StepFailure("parse \(title): \(error.description)")
    }
  }

  // MARK: XSD

  private func checkXML(_ context: StepContext) async throws(StepFailure) -> [SchemaViolation] {
    var request = XMLRequest(title, try await text(context))
    request.wantsTree = false
    if let schemaFile {
      let bytes = try await context.files.open(schemaFile).readAll(
        limit: DataInput.maxBytes, path: schemaFile)
      request.schema = .init(schemaFile, bytes)
    } else {
      request.schema = .init("schema", Array((schema?.text ?? "").utf8))
    }
    let answer = try await context.xml.process(request)
    return (answer.violations ?? []).map { .init(path: $0.path, keyword: $0.keyword, message: $0.message) }
  }

  // MARK: Tables

  private func checkTable(_ context: StepContext) async throws(StepFailure) -> [SchemaViolation] {
    let schema = try await tableSchema(context)
    var pipeline = HeavyState(Self.pipeline(schema, named: title))
    let text = data == nil ? try await input.open(context) : FileReader(try await text(context))
    try await pipeline.takeAll(of: text, to: nil, by: context.heavyWork)
    let problems = try await pipeline.change(by: context.heavyWork) { $0.problems.list }
    return problems.map { problem in
      let line = problem["line"]?.text ?? ""
      let column = problem["column"]?.stringValue
      return SchemaViolation(
        path: "line \(line)" + (column.map { ", column \"\($0)\"" } ?? ""),
        keyword: column == nil ? "fields" : "columns", message: problem["message"]?.text ?? "")
    }
  }

  private static func pipeline(_ schema: TableSchema?, named title: String) -> CSVPipeline {
    let problems = CSVProblems()
    return CSVPipeline(
      CSVTable(delimiter: UInt8(ascii: ","), hasHeaders: true, problems: problems), named: title,
      through: [ValidateStage(schema, problems)],
      to: OutputStage(
        maxRecords: 0, format: .csv, isWritten: false, delimiter: UInt8(ascii: ","), lineEnd: ""))
  }

  private func tableSchema(_ context: StepContext) async throws(StepFailure) -> TableSchema? {
    guard schema != nil || schemaFile != nil else { return nil }
    let document = try await DataSchema(schema: schema, file: schemaFile).load(context)
    do throws(SchemaProblem) { return try TableSchema(document) } catch {
      throw StepFailure(
        .badParameters,
        "read the table schema: " + (error.pointer.isEmpty ? "" : error.pointer + ": ") + error.message)
    }
  }
}
