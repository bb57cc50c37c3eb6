package import Formats
package import MissionModel

/// Finds lines in files, or files by their names.
package struct FileSearchStep: StepType {
  package static let name = "file_search"
  package static let summary = "Search the content or the names of files."
  package static let effects: Effects = .readsFiles
  package static let example = """
    step_type: file_search
    parameters: { path: src, pattern: "func main", glob: "*.swift" }
    """
  package static let outputs = [
    OutputField("pattern", "string", "The pattern as it was given."),
    OutputField(
      "results", "list",
      "Where it was found: name, path, line, column, text (the last three null for names); by path. "
        + "With context_lines also before and after."),
    OutputField("matches", "integer", "Matches in all, also those beyond max_results."),
    OutputField("files_searched", "integer", "Files that were looked at; binary ones are not."),
  ]
  package static let requirements = [Patterns.requirement]

  private let path: String
  private let pattern: String
  private let looksAtNames: Bool
  private let isRegex: Bool
  private let glob: NameFilter?
  private let ignoresCase: Bool
  private let maxResults: Int
  private let contextLines: Int

  package init(_ p: inout ParameterReader) {
    path = p.optional("path", .readPath, default: ".", "The folder to search, or one file.")
    pattern = p.required("pattern", .nonEmptyString, "What to look for.")
    looksAtNames =
      p.optional(
        "mode", .choice("content", "name"), default: "content", "Look at lines of files, or at names.")
      == "name"
    isRegex = p.optional(
      "regex", .bool, default: false, "The pattern is a Perl-compatible regular expression.")
    glob = .read(&p, "glob", "Look only at files with such names, or paths if it holds a slash.")
    ignoresCase = p.optional("ignore_case", .bool, default: false, "Treat both cases of letters alike.")
    maxResults = p.optional(
      "max_results", .integer(0...1_000_000), default: 1000, "List at most so many matches.")
    contextLines = p.optional(
      "context_lines", .integer(0...100), default: 0, "Show so many lines before and after each match.")
    if isRegex { p.checkPattern(at: "pattern", pattern, PatternOptions(ignoresCase: ignoresCase)) }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let matcher = try makeMatcher(context)
    let candidates = try await candidates(in: context)
    if looksAtNames { return try await searchNames(candidates, matcher, context) }
    var results: [JSON] = []
    var matches = 0
    var searched = 0
    for entry in candidates where entry.isFile {
      let limit = maxResults - results.count
      guard let lines = try await search(entry, matcher, limit, context) else { continue }
      searched += 1
      matches += lines.count
      results += lines.found.map { describe(entry, $0) }
    }
    return report(results, matches: matches, searched: searched, context)
  }

  private func searchNames(
    _ candidates: [Candidate], _ matcher: LineMatcher, _ context: StepContext
  ) async throws(StepFailure) -> JSON {
    let found = try await context.heavyWork.run { isCancelled throws(StepFailure) in
      var found: [Candidate] = []
      for entry in candidates where try matcher.firstMatch(in: Array(entry.name.utf8)) != nil {
        if isCancelled() { throw .cancelled }
        found.append(entry)
      }
      return found
    }
    return report(
      found.prefix(maxResults).map { describe($0, nil) }, matches: found.count,
      searched: candidates.count(where: \.isFile), context)
  }

  private func report(_ results: [JSON], matches: Int, searched: Int, _ context: StepContext) -> JSON {
    if matches > results.count {
      context.warn("\(matches) matches, of which max_results lists \(results.count)")
    }
    return [
      "pattern": .string(pattern), "results": .array(results), "matches": JSON(matches),
      "files_searched": JSON(searched),
    ]
  }

  private struct Candidate {
    let name: String
    let path: String
    let isFile: Bool
  }

  private func candidates(in context: StepContext) async throws(StepFailure) -> [Candidate] {
    if let status = try await context.files.status(path), status.kind == .file {
      return [Candidate(name: PathText.name(path), path: path, isFile: true)]
    }
    let entries = try await context.files.list(path, ListOptions(recursive: true))
    return try await context.heavyWork.run { _ in
      entries.compactMap { entry in
        guard glob?.matches(name: entry.name, path: entry.path) ?? true else { return nil }
        return Candidate(
          name: entry.name, path: PathText.join(path, entry.path), isFile: entry.status.kind == .file)
      }
    }
  }

  private func makeMatcher(_ context: StepContext) throws(StepFailure) -> LineMatcher {
    let options = PatternOptions(ignoresCase: ignoresCase)
    if isRegex { return .pattern(try context.patterns.compile(pattern, options)) }
    if looksAtNames, pattern.contains(where: { "*?[".contains($0) }) {
      do throws(GlobError) { return .glob(try Glob(pattern)) } catch {
        throw StepFailure(.badParameters, "search for \"\(pattern)\": \(error.description)")
      }
    }
    guard ignoresCase else { return .text(Array(pattern.utf8), foldsCase: false) }
    if pattern.utf8.allSatisfy({ $0 < 0x80 }) {
      return .text(Array(pattern.lowercased().utf8), foldsCase: true)
    }
    // Beyond ASCII the two cases of a letter are a matter for Unicode's tables.
    return .pattern(
      try context.patterns.compile("\\Q\(pattern.replacing("\\E", with: "\\E\\\\E\\Q"))\\E", options))
  }

  /// The lines of one file that match; nil for a binary file.
  private func search(
    _ entry: Candidate, _ matcher: LineMatcher, _ limit: Int, _ context: StepContext
  ) async throws(StepFailure) -> LineSearch.Result? {
    let reader: FileReader
    do throws(StepFailure) { reader = try await context.files.open(entry.path) } catch {
      guard error.kind == .failed else { throw error }
      // One file that may not be read, or that went meanwhile, is no reason to find nothing at all.
      context.warn(error.message)
      return nil
    }
    var search = HeavyState(LineSearch(matcher, limit: limit, contextLines: contextLines))
    var offset: Int64 = 0
    while true {
      let piece = try await reader.read(offset, LineSearch.pieceBytes)
      if offset == 0, LineSearch.isBinary(piece) { return nil }
      let isLast = piece.count < LineSearch.pieceBytes
      let result = try await search.change(by: context.heavyWork) { search throws(StepFailure) in
        try search.take(piece)
        return isLast ? try search.finish() : nil
      }
      if let result { return result }
      offset += Int64(piece.count)
    }
  }

  private func describe(_ entry: Candidate, _ line: LineSearch.Line?) -> JSON {
    var result: JSONObject = [
      "name": .string(entry.name), "path": .string(entry.path),
      "line": line.map { JSON($0.number) } ?? .null, "column": line.map { JSON($0.column) } ?? .null,
      "text": JSON(line?.text),
    ]
    if let line, contextLines > 0 {
      result["before"] = .array(line.before.map(JSON.string))
      result["after"] = .array(line.after.map(JSON.string))
    }
    return .object(result)
  }
}
