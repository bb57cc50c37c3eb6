package import Formats
package import MissionModel

/// Copies a file or a folder and reads the copy again, to be sure of it.
package struct CopyFileStep: StepType {
  package static let name = "copy_file"
  package static let summary = "Copy a file, or a folder with everything in it."
  package static let effects: Effects = [.readsFiles, .writesFiles]
  package static let example = """
    step_type: copy_file
    parameters: { source: config.yaml, destination: backup/config.yaml }
    """
  package static let outputs = [
    OutputField("source", "string", "The path as it was given."),
    OutputField("destination", "string", "Where the copy is."),
    OutputField("size", "integer", "Bytes copied."),
    OutputField("files", "integer", "Files copied."),
    OutputField("sha256", "string", "Hexadecimal SHA-256 of a single file that was verified, else null."),
  ]

  private let source: String
  private let destination: String
  private let options: CopyOptions

  package init(_ p: inout ParameterReader) {
    source = p.required("source", .readPath, "What to copy.")
    destination = p.required(
      "destination", .writePath, "Where the copy goes; for a file it may be a folder that exists.")
    options = CopyOptions(
      overwrite: p.optional("overwrite", .bool, default: true, "Replace files that are there already."),
      recursive: p.optional("recursive", .bool, default: false, "Copy folders with all in them."),
      verify: p.optional("verify", .bool, default: true, "Read the copy again and compare SHA-256."))
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let destination = try await FileDestination.resolve(destination, for: source, in: context.files)
    let lock = try await context.files.lock(destination)
    defer { lock.release() }
    let result = try await context.files.copy(source, destination, options)
    return [
      "source": .string(source), "destination": .string(destination), "size": JSON(result.bytes),
      "files": JSON(result.files), "sha256": JSON(result.sha256),
    ]
  }
}
