import Formats
import MissionModel

/// A file whose text becomes vectors.
enum DocumentFile {
  /// Its whole text, which a model takes only as UTF-8 and not empty.
  static func text(_ path: String, in context: StepContext) async throws(StepFailure) -> String {
    let bytes = try await context.files.open(path).readAll(limit: DataInput.maxBytes, path: path)
    if let place = UTF8Validation.firstInvalidByte(in: bytes) {
      throw StepFailure("read \(path): byte \(place) is not UTF-8 text")
    }
    guard !bytes.isEmpty else { throw StepFailure("read \(path): the file is empty") }
    return String(decoding: bytes, as: UTF8.self)
  }
}
