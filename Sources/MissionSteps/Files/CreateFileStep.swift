package import Formats
package import MissionModel

/// Writes a file whole: it appears when its last byte is on the disk.
package struct CreateFileStep: StepType {
  package static let name = "create_file"
  package static let summary = "Create a file with the given content."
  package static let effects: Effects = .writesFiles
  package static let example = """
    step_type: create_file
    parameters: { path: report.md, content: "# Done" }
    """
  package static let outputs = [
    OutputField("path", "string", "The path as it was given."),
    OutputField("size", "integer", "Bytes written."),
    OutputField("created", "bool", "False if the file replaced another one."),
    OutputField("sha256", "string", "Hexadecimal SHA-256 of the content."),
  ]

  private let path: String
  private let content: String
  private let mode: FileMode?
  private let overwrite: Bool
  private let encoding: TextEncoding

  package init(_ p: inout ParameterReader) {
    path = p.required("path", .writePath, "Where the file goes, relative to the workspace.")
    content = p.optional("content", .string, default: "", "What to write.")
    mode = p.optional("mode", .fileMode, "Permission bits in octal digits, such as \"755\".")
    overwrite = p.optional("overwrite", .bool, default: true, "Replace a file that is there already.")
    encoding = .read(&p, "How `content` stands for the bytes of the file.")
    if encoding == .base64, !p.isOpen("encoding") {
      do throws(Base64Error) { _ = try Base64.decode(content) } catch {
        p.problem(at: "content", error.description)
      }
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let (bytes, sha256) = try await context.heavyWork.run { _ throws(StepFailure) in
      do throws(Base64Error) {
        let bytes = try encoding.decode(content)
        return (bytes, Hex.encode(SHA256.digest(bytes)))
      } catch { throw StepFailure(.badParameters, "write \(path): \(error.description)") }
    }
    let lock = try await context.files.lock(path)
    defer { lock.release() }
    let writer = try await context.files.create(
      path, WriteOptions(mode: mode?.bits, overwrite: overwrite))
    try await writer.write(bytes)
    let created = try await writer.commit()
    return [
      "path": .string(path), "size": JSON(bytes.count), "created": .bool(created),
      "sha256": .string(sha256),
    ]
  }
}
