package import Formats
package import MissionModel

/// Makes the documentation of a project from its sources.
package struct GenerateDocsStep: StepType {
  package static let name = "generate_docs"
  package static let summary = "Make documentation from sources and their comments, as Markdown or by a tool."
  package static let effects: Effects = [.readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: generate_docs
    parameters: { path: src, format: markdown, output: docs/api }
    """
  package static let outputs = [
    OutputField("format", "string", "The format that was asked for."),
    OutputField("output", "string", "The folder, or the file, that holds the documentation."),
    OutputField("files", "list", "The paths of all that is in it."),
    OutputField("documented", "integer", "Declarations that have a comment."),
    OutputField("undocumented", "integer", "Declarations that have none."),
    OutputField("tool", "string", "The program that was called, or built-in."),
  ]
  package static let requirements: [Requirement] = [
    CodeTool.docc, .cargo, .python, .javadoc, .doxygen, .go,
  ].map(\.requirement)

  private let parameters: CodeParameters
  private let format: String
  private let output: String

  package init(_ p: inout ParameterReader) {
    parameters = CodeParameters(&p, languages: DeclarationScanner.languages, writes: true)
    format = p.optional(
      "format", .choice(of: DocsPlan.formats), default: "markdown",
      "What is made; all but markdown by a tool.")
    output = p.optional(
      "output", .writePath, default: "docs/api",
      "The folder for it; with markdown also one file `*.md`, with cargo doc the folder above `doc`.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let project = try await CodeProject.open(parameters.path, .write, for: "document", in: context)
    let wanted = DocsPlan.languages(of: format)
    if let language = parameters.language, !wanted.contains(language) {
      throw StepFailure(
        .badParameters, "language: \(format) documents \(wanted.joined(separator: ", ")), not \(language)")
    }
    let files = project.files.filter { file in
      guard let language = CodeLanguage.language(of: file) else { return false }
      // What an earlier run wrote is no source.
      guard !project.located(file).hasPrefix(output + "/") else { return false }
      return wanted.contains(language) && parameters.language.map { $0 == language } ?? true
    }
    guard !files.isEmpty else {
      throw StepFailure(
        "document \(project.path): there is no \(parameters.language ?? wanted.joined(separator: ", ")) file in it"
      )
    }
    var pages: [(file: String, declarations: [Declaration])] = []
    for file in files { pages.append((file, try await declarations(file, project, context))) }
    let all = pages.flatMap(\.declarations)
    let tool: String
    var written: [String]
    var place = output
    if format == "markdown" {
      tool = "built-in"
      written = try await writeMarkdown(pages, project, context)
    } else {
      tool = try await call(project, files, context)
      if format == "cargo doc" { place = PathText.join(output, "doc") }
      written = try await context.files.list(place, ListOptions(recursive: true))
        .filter { $0.status.kind == .file }.map { PathText.join(place, $0.path) }
      guard !written.isEmpty else {
        throw StepFailure("document \(project.path): \(tool) wrote nothing into \(place)")
      }
    }
    written.sort()
    let documented = all.count { $0.comment != nil }
    return [
      "format": .string(format), "output": .string(place), "files": .array(written.map(JSON.string)),
      "documented": JSON(documented), "undocumented": JSON(all.count - documented), "tool": .string(tool),
    ]
  }

  private func declarations(
    _ file: String, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> [Declaration] {
    MarkdownDocs.documentable(
      try await DeclarationScanner.read(
        file, of: project, for: "document", losing: "and its comments are not read", in: context))
  }

  private func writeMarkdown(
    _ pages: [(file: String, declarations: [Declaration])], _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> [String] {
    if output.hasSuffix(".md") {
      let text = pages.map { MarkdownDocs.page($0.file, $0.declarations) }.joined(separator: "\n")
      return [try await write(text, output, context)]
    }
    var written: [String] = []
    for page in pages {
      let text = MarkdownDocs.page(page.file, page.declarations)
      written.append(try await write(text, PathText.join(output, page.file + ".md"), context))
    }
    let entries = pages.map { ($0.file, $0.file + ".md", $0.declarations.count) }
    let title = PathText.name(project.realFolder)
    written.append(
      try await write(MarkdownDocs.index(title, entries), PathText.join(output, "index.md"), context))
    return written
  }

  private func write(
    _ text: String, _ path: String, _ context: StepContext
  ) async throws(StepFailure) -> String {
    let writer = try await context.files.create(path, WriteOptions())
    try await writer.write(Array(text.utf8))
    _ = try await writer.commit()
    return path
  }

  /// Runs the tool of the format, and tells its name.
  private func call(
    _ project: CodeProject, _ files: [String], _ context: StepContext
  ) async throws(StepFailure) -> String {
    let run = CodeRun(project, "document", parameters.environment, context)
    try await context.files.makeDirectory(output)
    let held = try await context.files.hold(output, .write)
    held.release()
    let scratch = ".missiond-docs-\(context.stepID)-\(context.attempt)"
    if format == "docc" { try await context.files.makeDirectory(scratch) }
    let places = DocsPlan.Places(output: held.realPath, scratch: context.workspace + "/" + scratch)
    let calls = DocsPlan.calls(format, project, files, parameters.arguments, places)
    guard !calls.isEmpty else {
      throw StepFailure("document \(project.path): no file in it can be imported as a module")
    }
    let outcome: Result<String, StepFailure>
    do throws(StepFailure) { outcome = .success(try await make(calls, run, context)) } catch {
      outcome = .failure(error)
    }
    if format == "docc" {
      do throws(StepFailure) { _ = try await context.files.remove(scratch, true) } catch {
        context.warn(error.message)
      }
    }
    return try outcome.get()
  }

  private func make(
    _ calls: [CodeInvocation], _ run: CodeRun, _ context: StepContext
  ) async throws(StepFailure) -> String {
    var tool = ""
    for call in calls {
      let answer = try await run.run(call)
      guard answer.succeeded else {
        throw run.failure(answer, try await run.diagnostics(of: answer), output: .null)
      }
      tool = answer.tool
      guard format == "go doc", let package = call.arguments.last else { continue }
      let name = package == "." ? PathText.name(run.project.realFolder) : String(package.dropFirst(2))
      _ = try await write(answer.stdout, PathText.join(output, name + ".txt"), context)
    }
    return tool
  }
}
