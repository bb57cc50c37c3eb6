package import Formats
package import MissionModel

/// Lists what the sources of a project declare.
package struct ExtractFunctionsStep: StepType {
  package static let name = "extract_functions"
  package static let summary = "List the functions that sources declare, or other kinds of declarations."
  package static let effects: Effects = [.readsFiles, .runsProcesses]
  package static let example = """
    step_type: extract_functions
    parameters: { path: src, language: python, pattern: "test_*", kinds: [function, method] }
    """
  package static let outputs = [
    OutputField(
      "functions", "list", "name, kind, file, line, end_line, signature, scope, language of each."),
    OutputField("count", "integer", "How many there are."),
    OutputField("extractor", "string", "universal-ctags, built-in, or both joined by a plus sign."),
  ]
  package static let requirements: [Requirement] = [CodeTool.ctags.requirement]

  /// What `language` may be: what the built-in scan reads, and what only ctags does.
  private static let languages = DeclarationScanner.languages + ["shell"]
  /// Bytes of a report of ctags: some 300,000 declarations.
  private static let maxReportBytes = 64 << 20

  private let parameters: CodeParameters
  private let pattern: NameFilter?
  private let kinds: Set<String>

  package init(_ p: inout ParameterReader) {
    parameters = CodeParameters(&p, languages: Self.languages, writes: false)
    pattern = NameFilter.read(&p, "pattern", "A glob for the names of what is listed: `test_*`.")
    kinds = Set(
      p.optional(
        "kinds", .oneOrMore(.nonEmptyString), default: ["function", "method"],
        "The kinds that are listed, such as class, struct, enum or macro."))
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let project = try await CodeProject.open(parameters.path, .read, for: "extract functions of", in: context)
    let run = CodeRun(project, "extract functions of", parameters.environment, context)
    let files = project.files.filter { file in
      guard let wanted = parameters.language else { return true }
      // A header of C may be one of C++.
      return CodeLanguage.language(of: file) == wanted || (wanted == "c++" && file.hasSuffix(".h"))
    }
    let ctags = try await program(run)
    // Universal-ctags does not read Swift.
    let own = files.filter { file in
      guard let language = CodeLanguage.language(of: file) else { return false }
      return language == "swift" || (ctags == nil && DeclarationScanner.languages.contains(language))
    }
    let others = ctags == nil ? [] : files.filter { CodeLanguage.language(of: $0) != "swift" }
    guard !own.isEmpty || !others.isEmpty else {
      guard ctags != nil || files.isEmpty else { throw missing(project) }
      throw StepFailure(
        "extract functions of \(project.path): there is no \(parameters.language ?? "source") file in it")
    }
    var found: [Declaration] = []
    for file in own { found += try await scan(file, project, context) }
    if let ctags, !others.isEmpty {
      found += try await filled(try await call(ctags, others, run, context), project, context)
    }
    let listed = found.filter { declaration in
      kinds.contains(declaration.kind)
        && pattern.map { $0.matches(name: declaration.name, path: declaration.name) } ?? true
    }
    .sorted { ($0.file, $0.line) < ($1.file, $1.line) }
    let extractors = (others.isEmpty ? [] : ["universal-ctags"]) + (own.isEmpty ? [] : ["built-in"])
    return [
      "functions": .array(listed.map(\.json)), "count": JSON(listed.count),
      "extractor": .string(extractors.joined(separator: "+")),
    ]
  }

  private func missing(_ project: CodeProject) -> StepFailure {
    StepFailure(
      "extract functions of \(project.path): ctags is not on this host, and without it only "
        + DeclarationScanner.languages.joined(separator: ", ") + " are read; install \(CodeTool.ctags.source)"
    )
  }

  /// A ctags that can write JSON: those of other makers cannot.
  private func program(_ run: CodeRun) async throws(StepFailure) -> String? {
    for program in CodeTool.ctags.programs where await run.find(CodeTool(program, source: "")) != nil {
      let asked = CodeInvocation(CodeTool.ctags, local: program, ["--version"], .colon)
      let answer = try await run.run(asked)
      if answer.succeeded, answer.stdout.contains("Universal Ctags"), answer.stdout.contains("+json") {
        return program
      }
    }
    return nil
  }

  private func call(
    _ program: String, _ files: [String], _ run: CodeRun, _ context: StepContext
  ) async throws(StepFailure) -> [Declaration] {
    // One name a line; with ./ before it none is an option, and blanks at its start are kept.
    let names = files.filter { !$0.contains("\n") }
    if names.count < files.count {
      context.warn("extract functions of \(parameters.path): a file with a line end in its name is left out")
    }
    var call = CodeInvocation(
      .ctags, local: program, CtagsReport.arguments + parameters.arguments + CtagsReport.input, .colon)
    call.input = Array(names.map { "./\($0)\n" }.joined().utf8)
    call.maxOutputBytes = Self.maxReportBytes
    let answer = try await run.run(call)
    guard answer.succeeded else {
      throw run.failure(answer, try await run.diagnostics(of: answer), output: .null)
    }
    guard !answer.last.stdoutTruncated else {
      throw StepFailure(
        "extract functions of \(parameters.path): what ctags wrote is longer than \(Self.maxReportBytes) bytes; "
          + "give a smaller \"path\" or a \"language\"")
    }
    let project = run.project
    return try await context.heavyWork.run { _ in
      CtagsReport.read(answer.stdout).map { declaration in
        var declaration = declaration
        declaration.file = project.located(declaration.file)
        return declaration
      }
    }
  }

  /// For some languages ctags tells no ends and no signatures: the built-in scan does.
  private func filled(
    _ declarations: [Declaration], _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> [Declaration] {
    let open = Set(
      declarations.filter { isFunction($0) && ($0.endLine == nil || $0.signature == nil) }.map(\.file))
    var known: [String: [Declaration]] = [:]
    for file in project.files where open.contains(project.located(file)) {
      guard let language = CodeLanguage.language(of: file), DeclarationScanner.languages.contains(language)
      else { continue }
      for declaration in try await scan(file, project, context) {
        known["\(declaration.file):\(declaration.line):\(declaration.name)", default: []].append(declaration)
      }
    }
    return declarations.map { declaration in
      guard isFunction(declaration),
        let own = known["\(declaration.file):\(declaration.line):\(declaration.name)"]?.first
      else { return declaration }
      var declaration = declaration
      declaration.endLine = declaration.endLine ?? own.endLine
      declaration.signature = declaration.signature ?? own.signature
      return declaration
    }
  }

  private func isFunction(_ declaration: Declaration) -> Bool {
    declaration.kind == "function" || declaration.kind == "method"
  }

  private func scan(
    _ file: String, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> [Declaration] {
    try await DeclarationScanner.read(
      file, of: project, for: "extract functions of", losing: "and left out", in: context)
  }
}
