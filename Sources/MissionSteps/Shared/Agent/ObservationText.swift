/// What a model sees of a tool's output.
enum ObservationText {
  /// Bytes of one observation.
  static let mostBytes = 32 << 10

  /// The text, or its first and last halves with a mark between them.
  static func cut(_ text: String) -> String {
    guard text.utf8.count > mostBytes else { return text }
    let half = mostBytes / 2
    let start = String(decoding: Array(text.utf8.prefix(half)), as: UTF8.self)
    let end = String(decoding: Array(text.utf8.suffix(half)), as: UTF8.self)
    return "\(start)\n… \(text.utf8.count - mostBytes) bytes are left out …\n\(end)"
  }
}
