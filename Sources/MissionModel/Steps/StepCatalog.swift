import Formats

/// The step types that this build knows, by name: a value that is handed around, not a registry.
package struct StepCatalog: Sendable {
  /// Every type, sorted by name.
  package let declarations: [StepDeclaration]
  private let byName: [String: StepDeclaration]

  /// Collects `types`, whose names must differ.
  package init(_ types: [any StepType.Type]) {
    declarations = types.map(StepDeclaration.init).sorted { $0.name < $1.name }
    byName = Dictionary(uniqueKeysWithValues: declarations.map { ($0.name, $0) })
  }

  /// The type of a canonical, snake_case name.
  package subscript(name: String) -> StepDeclaration? { byName[name] }

  /// What a `step_type` of a document stands for.
  package enum Lookup: Sendable {
    case found(StepDeclaration)
    /// The specification knows it, this version does not have it yet.
    case notInThisVersion(name: String)
    case unknown(closest: String?)
  }

  /// Resolves `create_file` and `CreateFile` alike.
  package func look(up name: String) -> Lookup {
    let canonical = name.utf8.first.map { (65...90).contains($0) } == true ? Self.snakeCase(name) : name
    if let found = byName[canonical] { return .found(found) }
    if Self.specified.contains(canonical) { return .notInThisVersion(name: canonical) }
    return .unknown(closest: EditDistance.closest(to: canonical, among: Self.specified.sorted()))
  }

  private static func snakeCase(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars {
      if ("A"..."Z").contains(scalar), !result.isEmpty { result += "_" }
      result.unicodeScalars.append(scalar)
    }
    return result.lowercased()
  }

  /// All 51 names of the specification.
  package static let specified: Set<String> = [
    "create_file", "edit_file", "delete_file", "copy_file", "move_file", "read_file", "list_directory",
    "file_search", "parse_json", "parse_yaml", "parse_xml", "validate_schema", "csv_process", "compile_code",
    "run_tests", "format_code", "lint_code", "extract_functions", "generate_docs", "git_commit", "git_branch",
    "git_merge", "git_status", "git_diff", "process_start", "process_kill", "monitor_resources",
    "service_health", "compress", "sql_query", "redis_set", "redis_get", "db_backup", "db_migrate",
    "websocket_connect", "ftp_upload", "ftp_download", "ssh_execute", "ping_host", "generate_embedding",
    "similarity_search", "model_inference", "noop", "command", "http", "llm", "tool", "agent", "chain",
    "rag_query", "rag_add",
  ]
}
