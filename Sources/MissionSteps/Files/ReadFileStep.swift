package import Formats
package import MissionModel

/// Reads a file, or a part of it, into the step's output.
package struct ReadFileStep: StepType {
  package static let name = "read_file"
  package static let summary = "Read a file, or a part of it."
  package static let effects: Effects = .readsFiles
  package static let example = """
    step_type: read_file
    parameters: { path: config.yaml }
    """
  package static let outputs = [
    OutputField("path", "string", "The path as it was given."),
    OutputField("content", "string", "What was read."),
    OutputField("size", "integer", "Bytes of the whole file."),
    OutputField("truncated", "bool", "True if the file goes on after what was read."),
  ]
  package static let mainOutput: String? = "content"

  private static let pieceBytes = 1 << 20

  private let path: String
  private let encoding: TextEncoding
  private let offset: Int
  private let maxBytes: Int

  package init(_ p: inout ParameterReader) {
    path = p.required("path", .readPath, "The file to read.")
    encoding = .read(&p, "How `content` stands for the bytes that were read.")
    offset = p.optional("offset", .integer(0...Int.max), default: 0, "The byte to begin at.")
    maxBytes = p.optional(
      "max_bytes", .integer(0...Int.max), default: 10 << 20, "Read at most so many bytes.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let reader = try await context.files.open(path)
    let (bytes, truncated) = try await read(reader, limit: context.limits.maxOutputBytes)
    let content = try await context.heavyWork.run { _ throws(StepFailure) in
      try text(bytes, truncated: truncated)
    }
    return [
      "path": .string(path), "content": .string(content),
      "size": JSON(max(reader.size, Int64(offset + bytes.count))), "truncated": .bool(truncated),
    ]
  }

  private func read(
    _ reader: FileReader, limit: Int
  ) async throws(StepFailure) -> (bytes: [UInt8], truncated: Bool) {
    var bytes: [UInt8] = []
    while bytes.count < maxBytes {
      let wanted = min(Self.pieceBytes, maxBytes - bytes.count)
      let piece = try await reader.read(Int64(offset) + Int64(bytes.count), wanted)
      if piece.isEmpty { return (bytes, false) }
      bytes += piece
      guard bytes.count <= limit else {
        throw StepFailure(
          "read \(path): the output would pass limits.max_output_bytes (\(limit) bytes); "
            + "ask for less with max_bytes")
      }
    }
    let more = try await reader.read(Int64(offset) + Int64(bytes.count), 1)
    return (bytes, !more.isEmpty)
  }

  private func text(_ bytes: [UInt8], truncated: Bool) throws(StepFailure) -> String {
    if encoding == .base64 { return Base64.encode(bytes) }
    let invalid = bytes.withUnsafeBufferPointer { UTF8Validation.firstInvalidByte(in: $0) }
    guard let invalid else { return String(decoding: bytes, as: UTF8.self) }
    // A character that max_bytes cut in two is left for the next read.
    if truncated, bytes.count - invalid < 4, bytes[invalid] >= 0xC2 {
      return String(decoding: bytes[..<invalid], as: UTF8.self)
    }
    throw StepFailure(
      "read \(path): byte \(offset + invalid) is not UTF-8 text; read it with encoding: base64")
  }
}
