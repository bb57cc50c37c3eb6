import Glibc

/// What libxml2 reports while it works: it calls a function for each error, on the thread that works.
final class XMLNotes {
  /// One report.
  struct Note {
    var domain: CInt
    var code: CInt
    var level: CInt
    var line: CInt
    var message: String
    var node: UnsafeRawPointer?

    /// With its line, where it has one.
    var located: String { line > 0 ? "line \(line): \(message)" : message }
  }

  /// Reports that are kept.
  private static let most = 1000
  /// xmlErrorLevel.
  private static let errorLevel: CInt = 2
  private(set) var notes: [Note] = []

  /// The first error; nil where there were none, or only warnings.
  var first: Note? { notes.first { $0.level >= Self.errorLevel } }

  /// The complaint about the first external thing that was to be loaded.
  private(set) var refusal: String?

  /// The function for the library, whose context is the notes.
  static let take: XML.ErrorFunction = { context, error in
    guard let context, let error else { return }
    Unmanaged<XMLNotes>.fromOpaque(context).takeUnretainedValue().add(UnsafeRawPointer(error))
  }

  /// The context for `take`, valid while the notes are held.
  var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  /// Runs `body` with all reports of this thread coming here.
  func collecting<Value>(_ functions: XML.Functions, _ body: () -> Value) -> Value {
    functions.setErrorFunction(context, Self.take)
    XMLRefusals.begin()
    defer {
      functions.setErrorFunction(nil, nil)
      refusal = XMLRefusals.end().map {
        "refers to \"\($0)\"; external entities, imports and includes are not loaded"
      }
      withExtendedLifetime(self) {}
    }
    return body()
  }

  /// Reads an `xmlError`, whose layout libxml2 promises not to change (xmlerror.h).
  private func add(_ error: UnsafeRawPointer) {
    guard notes.count < Self.most else { return }
    let text = error.load(fromByteOffset: 8, as: UnsafePointer<CChar>?.self)
    notes.append(
      Note(
        domain: error.load(as: CInt.self), code: error.load(fromByteOffset: 4, as: CInt.self),
        level: error.load(fromByteOffset: 16, as: CInt.self),
        line: error.load(fromByteOffset: 32, as: CInt.self),
        message: Self.plain(text.map { String(cString: $0) } ?? "unknown error"),
        node: error.load(fromByteOffset: 80, as: UnsafeRawPointer?.self)))
  }

  /// The library's sentence as one of ours: one line, no full stop, and no capital where a word begins it.
  static func plain(_ text: String) -> String {
    var text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    while let last = text.last, last == "." || last == " " || last == ":" { text.removeLast() }
    guard let first = text.first, text.dropFirst().first?.isLowercase == true else { return text }
    return first.lowercased() + text.dropFirst()
  }
}
