package import Formats
package import MissionModel

/// Removes a file, a link, or a folder with all in it.
package struct DeleteFileStep: StepType {
  package static let name = "delete_file"
  package static let summary = "Delete a file, or a folder with everything in it."
  package static let effects: Effects = .writesFiles
  package static let example = """
    step_type: delete_file
    parameters: { path: build, recursive: true }
    """
  package static let outputs = [
    OutputField("path", "string", "The path as it was given."),
    OutputField("existed", "bool", "Whether anything was there."),
    OutputField("deleted", "bool", "Whether anything was deleted."),
    OutputField("count", "integer", "Files and folders that were deleted."),
  ]

  private let path: String
  private let recursive: Bool
  private let missingOK: Bool

  package init(_ p: inout ParameterReader) {
    path = p.required("path", .writePath, "What to delete; a link goes, not what it leads to.")
    recursive = p.optional("recursive", .bool, default: false, "Delete folders with all in them.")
    missingOK = p.optional("missing_ok", .bool, default: true, "Succeed where nothing is at the path.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let count = try await context.files.remove(path, recursive)
    guard count > 0 || missingOK else {
      throw StepFailure("remove \(path): no such file or directory (2); allow it with missing_ok: true")
    }
    return [
      "path": .string(path), "existed": .bool(count > 0), "deleted": .bool(count > 0), "count": JSON(count),
    ]
  }
}
