package import Formats
package import MissionModel

/// Reads XML as a tree, and queries, validates or transforms it.
package struct ParseXMLStep: StepType {
  package static let name = "parse_xml"
  package static let summary = "Parse XML; query it by XPath, check it against an XSD, transform it by XSLT."
  package static let effects: Effects = .readsFiles
  package static let example = """
    step_type: parse_xml
    parameters:
      file: pom.xml
      query: "/m:project/m:version"
      namespaces: { m: "http://maven.apache.org/POM/4.0.0" }
    """
  package static let outputs = [
    OutputField("root", "map", "The root element: name, attributes, children, text."),
    OutputField("elements", "list", "Each element in the order of the text, with its own text as content."),
    OutputField("element_count", "integer", "How many elements there are."),
    OutputField(
      "matches", "list", "What the query found: elements as maps, all else as values; null without one."),
    OutputField("result", "string", "What the stylesheet made; null without one."),
    OutputField("valid", "bool", "True; false in the output of a failure for the schema's sake."),
  ]
  package static let mainOutput: String? = "root"
  package static let requirements: [Requirement] = [
    .library("libxml2.so.2", package: "libxml2"),
    .library("libxslt.so.1", package: "libxslt1.1", isEssential: false),
  ]

  private let input: DataInput
  private let query: String?
  private let namespaces: StringMap
  private let schemaFile: String?
  private let stylesheet: String?

  package init(_ p: inout ParameterReader) {
    input = DataInput(&p)
    query = p.optional("query", .nonEmptyString, "XPath 1.0: what to give as `matches`.")
    namespaces = p.optional(
      "namespaces", .stringMap, default: StringMap(), "Prefix → address of the namespaces in the query.")
    schemaFile = p.optional("schema_file", .readPath, "File with the XSD that the text must match.")
    stylesheet = p.optional("stylesheet", .readPath, "File with the XSLT 1.0 to transform the text by.")
    if !namespaces.entries.isEmpty, query == nil, !p.isGiven("query") {
      p.problem(at: "namespaces", "is of no use without \"query\"")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    var request = XMLRequest(input.title, try await input.read(context))
    request.query = query
    request.namespaces = namespaces.entries.map { (prefix: $0.key, uri: $0.value) }
    request.schema = try await source(schemaFile, context)
    request.stylesheet = try await source(stylesheet, context)
    let answer = try await context.xml.process(request)
    var output: JSONObject = [
      "root": answer.root, "elements": .array(answer.elements), "element_count": JSON(answer.elements.count),
      "matches": answer.matches.map(JSON.array) ?? .null, "result": JSON(answer.result), "valid": true,
    ]
    guard let violations = answer.violations, !violations.isEmpty else { return .object(output) }
    output["valid"] = false
    throw StepFailure(
      "\(input.title) does not match \(schemaFile ?? "the schema"): "
        + violations.prefix(Self.listed).map(\.message).joined(separator: "; ")
        + (violations.count > Self.listed ? "; and \(violations.count - Self.listed) more" : ""),
      output: .object(output))
  }

  /// Violations that an error message lists.
  private static let listed = 10

  private func source(
    _ path: String?, _ context: StepContext
  ) async throws(StepFailure) -> XMLRequest.Source? {
    guard let path else { return nil }
    return .init(path, try await context.files.open(path).readAll(limit: DataInput.maxBytes, path: path))
  }
}
