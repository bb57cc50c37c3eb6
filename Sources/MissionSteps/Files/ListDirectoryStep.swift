package import Formats
package import MissionModel

/// Lists a folder, sorted by path.
package struct ListDirectoryStep: StepType {
  package static let name = "list_directory"
  package static let summary = "List the files and folders of a folder."
  package static let effects: Effects = .readsFiles
  package static let example = """
    step_type: list_directory
    parameters: { path: src, recursive: true, pattern: "*.swift" }
    """
  package static let outputs = [
    OutputField("path", "string", "The path as it was given."),
    OutputField("entries", "list", "What is there: name, path, is_dir, size, mode, modified; by path."),
    OutputField("count", "integer", "How many entries there are."),
  ]

  private let path: String
  private let options: ListOptions
  private let filter: NameFilter?
  private let type: String

  package init(_ p: inout ParameterReader) {
    path = p.optional("path", .readPath, default: ".", "The folder to list.")
    let recursive = p.optional("recursive", .bool, default: false, "List folders in it too.")
    filter = .read(&p, "pattern", "Glob of names, or of paths if it holds a slash: `*.md`, `**/*.rs`.")
    let includeHidden = p.optional(
      "include_hidden", .bool, default: false, "List names that begin with a dot.")
    let maxDepth = p.optional(
      "max_depth", .integer(1...Int.max), "How many levels to list where recursive.")
    type = p.optional(
      "type", .choice("any", "file", "directory"), default: "any", "List only entries of this type.")
    options = ListOptions(
      recursive: recursive || filter?.looksAtPaths == true, maxDepth: maxDepth, includeHidden: includeHidden)
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let entries = try await context.files.list(path, options).filter(isWanted)
    return [
      "path": .string(path), "entries": .array(entries.map(describe)), "count": JSON(entries.count),
    ]
  }

  private func isWanted(_ entry: DirectoryEntry) -> Bool {
    switch (type, entry.status.kind) {
    case ("file", .directory), ("directory", .file), ("directory", .link), ("directory", .other): false
    default: filter?.matches(name: entry.name, path: entry.path) ?? true
    }
  }

  private func describe(_ entry: DirectoryEntry) -> JSON {
    [
      "name": .string(entry.name), "path": .string(PathText.join(path, entry.path)),
      "is_dir": .bool(entry.status.kind == .directory), "size": JSON(entry.status.size),
      "mode": .string(FileMode(bits: entry.status.mode).text),
      "modified": .string(entry.status.modified.description),
    ]
  }
}
