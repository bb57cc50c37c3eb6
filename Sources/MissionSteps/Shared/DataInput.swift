import Formats
package import MissionModel

/// The text that a data step works on: given in the mission, or in a file.
package struct DataInput: Sendable {
  /// Largest text that is taken into memory as a whole.
  package static let maxBytes = 64 << 20
  /// Bytes that are read at once of a text that is taken in pieces.
  package static let pieceBytes = 256 << 10

  private let content: String?
  private let file: String?

  /// Reads `content`, or `file` under any of its spellings; exactly one of them and of `others`, which the
  /// step type has declared before.
  package init(_ p: inout ParameterReader, or others: String...) {
    content = p.optional("content", .string, "The text itself.")
    file = p.optional("file", aliases: ["path", "input_file"], .readPath, "The file that holds the text.")
    p.exactlyOne(of: ["content", "file"] + others)
  }

  /// What messages call it: the path of the file, or `content`.
  package var title: String { file ?? "content" }

  /// Whether it is a file whose name ends in one of `suffixes`, such as `.yaml`.
  package func hasSuffix(_ suffixes: String...) -> Bool {
    suffixes.contains { file?.lowercased().hasSuffix($0) == true }
  }

  /// All of its bytes.
  package func read(_ context: StepContext) async throws(StepFailure) -> [UInt8] {
    guard let file else { return Array((content ?? "").utf8) }
    return try await context.files.open(file).readAll(limit: Self.maxBytes, path: file)
  }

  /// Opens it to be read in pieces.
  package func open(_ context: StepContext) async throws(StepFailure) -> FileReader {
    if let file { return try await context.files.open(file) }
    return FileReader(Array((content ?? "").utf8))
  }
}
