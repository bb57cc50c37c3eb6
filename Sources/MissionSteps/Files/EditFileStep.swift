package import Formats
package import MissionModel

/// Changes a file: its whole content, its end, or every place where a text occurs. Atomic like every write.
package struct EditFileStep: StepType {
  package static let name = "edit_file"
  package static let summary = "Change a file: replace its content, append to it, or find and replace."
  package static let effects: Effects = [.readsFiles, .writesFiles]
  package static let example = """
    step_type: edit_file
    parameters: { path: version.txt, find: "1.0.0", replace: "1.1.0" }
    """
  package static let outputs = [
    OutputField("path", "string", "The path as it was given."),
    OutputField("size", "integer", "Bytes of the file now."),
    OutputField("modified", "bool", "True only if bytes changed."),
    OutputField("replacements", "integer", "Places where `find` was replaced."),
    OutputField("backup_path", "string", "Where the old content is, or null."),
  ]
  package static let requirements = [Patterns.requirement]

  /// Largest file that a regular expression is applied to, since it sees the whole.
  static let maxPatternSubjectBytes = 64 << 20
  static let pieceBytes = 1 << 20

  let path: String
  private let content: String?
  private let appends: Bool
  private let find: String?
  private let replacement: String
  private let isRegex: Bool
  private let count: Int?
  private let keepsBackup: Bool
  private let creates: Bool

  private static let patternOptions = PatternOptions(isMultiline: true)

  package init(_ p: inout ParameterReader) {
    path = p.required("path", .writePath, "The file to change.")
    content = p.optional("content", .string, "The new content, or what is appended.")
    appends = p.optional("append", .bool, default: false, "Append `content` instead of replacing all.")
    find = p.optional("find", .nonEmptyString, "The text to replace.")
    let replace: String? = p.optional(
      "replace", .string, "What takes its place; with regex, $1 stands for the first group.")
    isRegex = p.optional(
      "regex", .bool, default: false,
      "`find` is a Perl-compatible regular expression; ^ and $ match at lines.")
    count = p.optional("count", .occurrences, default: nil, "Replace so many, from the front, or all.")
    keepsBackup = p.optional("backup", .bool, default: false, "Keep the old content beside it, as PATH.bak.")
    creates = p.optional("create", .bool, default: false, "Make the file if it is missing.")
    p.exactlyOne(of: ["content", "find"])
    replacement = replace ?? ""
    if isRegex, let find { p.checkPattern(at: "find", find, Self.patternOptions) }
    if p.isGiven("find"), replace == nil { p.problem(at: "replace", "is required with \"find\"") }
    if p.isGiven("content"), replace != nil { p.problem(at: "replace", "goes with \"find\" only") }
    if p.isGiven("find"), appends { p.problem(at: "append", "goes with \"content\" only") }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let lock = try await context.files.lock(path)
    defer { lock.release() }
    let there = try await context.files.status(path)
    guard there != nil || creates else {
      throw StepFailure("edit \(path): no such file or directory (2); make it with create: true")
    }
    let source: FileReader? = if there == nil { nil } else { try await context.files.open(path) }
    let writer = try await context.files.create(path, WriteOptions())
    let change: Change =
      if let content {
        try await replaceContent(Array(content.utf8), source, writer)
      } else if isRegex {
        try await replacePattern(source, writer, context)
      } else {
        try await replaceText(source, writer)
      }
    if find != nil, change.replacements == 0 {
      context.warn("edit \(path): \"\(find ?? "")\" does not occur in it")
    }
    var backup: String?
    let isNew = there == nil
    if change.isModified || isNew {
      if keepsBackup, !isNew {
        backup = path + ".bak"
        _ = try await context.files.copy(path, path + ".bak", CopyOptions())
      }
      _ = try await writer.commit()
    }
    return [
      "path": .string(path), "size": JSON(change.size), "modified": .bool(change.isModified || isNew),
      "replacements": JSON(change.replacements), "backup_path": JSON(backup),
    ]
  }

  /// What came of an edit.
  private struct Change {
    var size: Int64 = 0
    var isModified = false
    var replacements = 0
  }

  private func replaceContent(
    _ new: [UInt8], _ source: FileReader?, _ writer: FileWriter
  ) async throws(StepFailure) -> Change {
    var change = Change()
    var isEqual = true
    if let source {
      while true {
        let piece = try await source.read(change.size, Self.pieceBytes)
        if piece.isEmpty { break }
        if appends {
          try await writer.write(piece)
        } else {
          let start = Int(change.size)
          isEqual = isEqual && start + piece.count <= new.count && new[start...].starts(with: piece)
          if !isEqual { break }
        }
        change.size += Int64(piece.count)
      }
    }
    try await writer.write(new)
    if appends {
      change.isModified = !new.isEmpty
      change.size += Int64(new.count)
    } else {
      change.isModified = !isEqual || change.size != Int64(new.count)
      change.size = Int64(new.count)
    }
    return change
  }

  private func replaceText(
    _ source: FileReader?, _ writer: FileWriter
  ) async throws(StepFailure) -> Change {
    guard let source, let find else { return Change() }
    var replacer = LiteralReplacer(
      Array(find.utf8), with: Array(replacement.utf8), limit: count ?? .max)
    var change = Change()
    var position: Int64 = 0
    while true {
      let piece = try await source.read(position, Self.pieceBytes)
      position += Int64(piece.count)
      let bytes = piece.isEmpty ? replacer.finish() : replacer.replace(piece)
      try await writer.write(bytes)
      change.size += Int64(bytes.count)
      if piece.isEmpty { break }
    }
    change.replacements = replacer.replacements
    change.isModified = replacer.replacements > 0 && find.utf8.elementsEqual(replacement.utf8) == false
    return change
  }

  private func replacePattern(
    _ source: FileReader?, _ writer: FileWriter, _ context: StepContext
  ) async throws(StepFailure) -> Change {
    guard let source, let find else { return Change() }
    let pattern = try context.patterns.compile(find, Self.patternOptions)
    let old = try await source.readAll(limit: Self.maxPatternSubjectBytes, path: path)
    let template = ReplacementTemplate(replacement)
    let count = count ?? .max
    let (new, replacements) = try await context.heavyWork.run { _ throws(StepFailure) in
      let found = try pattern.matches(old, count)
      return (template.replace(found, in: old), found.count)
    }
    try await writer.write(new)
    return Change(size: Int64(new.count), isModified: new != old, replacements: replacements)
  }
}

extension ParameterKind where Value == Int? {
  /// A number of occurrences, or `all`, which is nil.
  static var occurrences: ParameterKind {
    ParameterKind(
      expectation: "\"all\" or a whole number of at least 1",
      schema: ["anyOf": [["const": "all"], ["type": "integer", "minimum": 1]]], stand: nil,
      encode: { $0.map { JSON($0) } ?? "all" }
    ) { value, rules in
      if value == "all" { return .some(nil) }
      if case .string(let text) = value {
        if rules.isOpen(text) { return .some(nil) }
        guard rules.converts, let number = Int(text), number >= 1 else { return nil }
        return .some(number)
      }
      guard let number = value.integerValue, number >= 1 else { return nil }
      return .some(Int(number))
    }
  }
}
