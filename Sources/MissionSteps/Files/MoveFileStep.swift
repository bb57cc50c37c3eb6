package import Formats
package import MissionModel

/// Moves a file or a folder, also to another file system.
package struct MoveFileStep: StepType {
  package static let name = "move_file"
  package static let summary = "Move or rename a file or a folder."
  package static let effects: Effects = [.readsFiles, .writesFiles]
  package static let example = """
    step_type: move_file
    parameters: { source: draft.md, destination: published/final.md }
    """
  package static let outputs = [
    OutputField("source", "string", "The path as it was given."),
    OutputField("destination", "string", "Where it is now."),
    OutputField("moved", "bool", "True."),
    OutputField("size", "integer", "Bytes of all files that were moved."),
  ]

  private let source: String
  private let destination: String
  private let overwrite: Bool

  package init(_ p: inout ParameterReader) {
    source = p.required("source", .writePath, "What to move; a link is moved itself.")
    destination = p.required(
      "destination", .writePath, "Where it goes; for a file it may be a folder that exists.")
    overwrite = p.optional("overwrite", .bool, default: true, "Replace a file that is there already.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let destination = try await FileDestination.resolve(destination, for: source, in: context.files)
    let lock = try await context.files.lock(destination)
    defer { lock.release() }
    let result = try await context.files.move(source, destination, overwrite)
    return [
      "source": .string(source), "destination": .string(destination), "moved": true,
      "size": JSON(result.bytes),
    ]
  }
}
