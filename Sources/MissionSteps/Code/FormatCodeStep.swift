package import Formats
package import MissionModel

/// Brings code into the form that its language's formatter gives it.
package struct FormatCodeStep: StepType {
  package static let name = "format_code"
  package static let summary = "Format code with the tool of its language, or check that it is formatted."
  package static let effects: Effects = [.readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: format_code
    parameters: { path: src, language: go, check: true }
    """
  package static let outputs = [
    OutputField("formatted", "bool", "True if all files have their form now."),
    OutputField("changed_files", "list", "The files that were changed; with check, those that would be."),
    OutputField("language", "string", "The language that was given or found."),
    OutputField("tool", "string", "The program that was called, or built-in."),
  ]
  package static let requirements: [Requirement] = [
    CodeTool.swift, .rustfmt, .gofmt, .clangFormat, .black, .ruff, .prettier,
  ].map(\.requirement)

  private let parameters: CodeParameters
  private let isCheck: Bool

  /// Bytes of a file that is formatted: what a tool gives back is read up to there.
  private static let maxFileBytes = 2 << 20

  package init(_ p: inout ParameterReader) {
    parameters = CodeParameters(&p, languages: FormatPlan.languages, writes: true)
    isCheck = p.optional(
      "check", .bool, default: false, "Change nothing, and fail where something would change.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let project = try await CodeProject.open(
      parameters.path, isCheck ? .read : .write, for: "format", in: context)
    let language = try parameters.language(
      found: CodeLanguage.source(of: project, known: FormatPlan.languages), of: FormatPlan.languages,
      for: "format")
    let files = FormatPlan.targets(language, project)
    guard !files.isEmpty else {
      throw StepFailure("format \(project.path): there is no \(language) file in it")
    }
    let run = CodeRun(project, "format", parameters.environment, context)
    let tools = FormatPlan.tools(language)
    let tool = tools.isEmpty ? nil : try await run.choose(tools)
    var changed: [String] = []
    for file in files {
      let path = project.located(file)
      let text = try await context.files.open(path).readAll(limit: Self.maxFileBytes, path: path)
      let new: [UInt8] =
        if let tool {
          try await call(tool, file, text, run)
        } else {
          try await context.heavyWork.run { _ throws(StepFailure) in
            try Self.lay(text, path: path, language: language)
          }
        }
      guard new != text else { continue }
      changed.append(path)
      guard !isCheck else { continue }
      let writer = try await context.files.create(path, WriteOptions())
      try await writer.write(new)
      _ = try await writer.commit()
    }
    return try conclude(changed, language, tool?.programs[0] ?? "built-in")
  }

  private func conclude(_ changed: [String], _ language: String, _ tool: String) throws(StepFailure) -> JSON {
    let isFormatted = !isCheck || changed.isEmpty
    let output: JSON = [
      "formatted": .bool(isFormatted), "changed_files": .array(changed.map(JSON.string)),
      "language": .string(language), "tool": .string(tool),
    ]
    guard isFormatted else {
      let others = changed.count == 1 ? "" : " and \(changed.count - 1) more"
      throw StepFailure(
        "format \(parameters.path): \(tool) would change \(changed[0])\(others); run format_code without check",
        output: output)
    }
    return output
  }

  private func call(
    _ tool: CodeTool, _ file: String, _ text: [UInt8], _ run: CodeRun
  ) async throws(StepFailure) -> [UInt8] {
    let answer = try await run.run(FormatPlan.call(tool, file: file, text: text, parameters.arguments))
    guard answer.succeeded, text.isEmpty || !answer.last.stdout.isEmpty else {
      throw run.failure(answer, try await run.diagnostics(of: answer), output: .null)
    }
    guard !answer.last.stdoutTruncated else {
      throw StepFailure("format \(file): what \(answer.tool) wrote is longer than \(Self.maxFileBytes) bytes")
    }
    return answer.last.stdout
  }

  private static func lay(_ text: [UInt8], path: String, language: String) throws(StepFailure) -> [UInt8] {
    do throws(JSONError) { if language == "json" { return try DataLayout.json(text) } } catch {
      throw StepFailure("format \(path): it is no JSON: \(error.description)")
    }
    do throws(YAMLError) { return try DataLayout.yaml(text) } catch {
      throw StepFailure("format \(path): it is no YAML: \(error.description)")
    }
  }
}
