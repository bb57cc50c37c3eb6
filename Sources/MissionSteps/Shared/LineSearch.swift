import MissionModel
import Formats

/// What a line is compared with.
enum LineMatcher: Sendable {
  case text([UInt8], foldsCase: Bool)
  case pattern(Pattern)
  case glob(Glob)

  /// Where the line matches first, as an offset in bytes; nil where it does not.
  func firstMatch(in line: [UInt8]) throws(StepFailure) -> Int? {
    switch self {
    case .text(let text, let foldsCase): ByteSearch.firstIndex(of: text, in: line, foldsCase: foldsCase)
    case .pattern(let pattern): try pattern.firstMatch(line, 0)?.first??.lowerBound
    case .glob(let glob): glob.matches(String(decoding: line, as: UTF8.self)) ? 0 : nil
    }
  }
}

/// Looks for matching lines in a file that comes in pieces, holding one line and its neighbours.
struct LineSearch {
  /// A line that matched.
  struct Line: Sendable {
    /// From 1.
    let number: Int
    /// In characters, from 1.
    let column: Int
    let text: String
    let before: [String]
    var after: [String] = []
  }

  /// What was found in all of a file.
  struct Result: Sendable {
    let found: [Line]
    /// Matches in all, also those beyond the limit.
    let count: Int
  }

  static let pieceBytes = 256 << 10
  /// Longest line that is looked at as a whole; the rest of a longer one counts as another line's.
  static let maxLineBytes = 1 << 20
  /// Longest part of a line that is shown, in characters.
  static let maxTextCharacters = 2000

  private let matcher: LineMatcher
  private let limit: Int
  private let contextLines: Int
  private var found: [Line] = []
  private var count = 0
  private var number = 0
  private var partial: [UInt8] = []
  private var recent: [String] = []
  /// The line of `found` from which on lines after are still wanted.
  private var open = 0

  init(_ matcher: LineMatcher, limit: Int, contextLines: Int) {
    self.matcher = matcher
    self.limit = limit
    self.contextLines = contextLines
  }

  /// A file with a zero byte at its beginning is no text.
  static func isBinary(_ piece: [UInt8]) -> Bool { piece.prefix(8192).contains(0) }

  /// Takes the next bytes of the file.
  mutating func take(_ piece: [UInt8]) throws(StepFailure) {
    var start = 0
    while let end = piece[start...].firstIndex(of: 0x0A) {
      partial += piece[start..<end]
      try look()
      start = end + 1
    }
    partial += piece[start...]
    if partial.count > Self.maxLineBytes { try look() }
  }

  /// Takes the last line, which need not end with a line break.
  mutating func finish() throws(StepFailure) -> Result {
    if !partial.isEmpty { try look() }
    return Result(found: found, count: count)
  }

  private mutating func look() throws(StepFailure) {
    number += 1
    if partial.last == 0x0D { partial.removeLast() }
    let offset = try matcher.firstMatch(in: partial)
    if contextLines > 0 { keep(text(partial)) }
    if let offset {
      count += 1
      if found.count < limit {
        let column = String(decoding: partial[..<offset], as: UTF8.self).count + 1
        let before = contextLines > 0 ? Array(recent.dropLast().suffix(contextLines)) : []
        found.append(Line(number: number, column: column, text: text(partial), before: before))
      }
    }
    partial.removeAll(keepingCapacity: true)
  }

  /// Adds a line to the neighbours of those that were found before it.
  private mutating func keep(_ line: String) {
    while open < found.count, found[open].after.count >= contextLines { open += 1 }
    for index in open..<max(open, found.count) where found[index].after.count < contextLines {
      found[index].after.append(line)
    }
    recent.append(line)
    if recent.count > contextLines + 1 { recent.removeFirst() }
  }

  private func text(_ line: [UInt8]) -> String {
    let text = String(decoding: line, as: UTF8.self)
    return text.utf8.count <= Self.maxTextCharacters
      ? text : String(text.prefix(Self.maxTextCharacters)) + "…"
  }
}
