package import Formats
package import MissionModel

/// Looks over code with the linter of its language.
package struct LintCodeStep: StepType {
  package static let name = "lint_code"
  package static let summary = "Look over code with the linter of its language, and list what it finds."
  package static let effects: Effects = [.readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: lint_code
    parameters: { path: scripts, language: shell, fail_on: warning }
    """
  package static let outputs = [
    OutputField("success", "bool", "True if nothing was found that fail_on speaks of."),
    OutputField(
      "issues", "list", "file, line, column, severity (error, warning, note), rule, message of each."),
    OutputField("counts", "map", "error, warning, note and total: how many of each."),
    OutputField("tool", "string", "The program that was called, or built-in."),
    OutputField("language", "string", "The language that was given or found."),
    OutputField("command", "string", "The whole call, as a shell would take it; null where none was made."),
  ]
  package static let requirements: [Requirement] = [
    CodeTool.swift, .clippy, .go, .ruff, .flake8, .eslint, .shellcheck, .clangTidy, .cppcheck, .yamllint,
  ].map(\.requirement)

  private let parameters: CodeParameters
  private let failOn: String

  /// Bytes of a file that the built-in check reads.
  private static let maxFileBytes = 16 << 20

  package init(_ p: inout ParameterReader) {
    parameters = CodeParameters(&p, languages: LintPlan.languages, writes: false)
    failOn = p.optional(
      "fail_on", .choice("error", "warning", "never"), default: "error",
      "The least severity that fails the step.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let project = try await CodeProject.open(parameters.path, .read, for: "lint", in: context)
    let language = try parameters.language(
      found: CodeLanguage.source(of: project, known: LintPlan.languages), of: LintPlan.languages, for: "lint")
    guard !LintPlan.targets(language, project).isEmpty else {
      throw StepFailure("lint \(project.path): there is no \(language) file in it")
    }
    let run = CodeRun(project, "lint", parameters.environment, context)
    let tools = LintPlan.tools(language)
    let eslint = PathText.join(project.folder, "node_modules/.bin/eslint")
    let local =
      tools == [.eslint]
      ? try await context.files.status(eslint).map { _ in "./node_modules/.bin/eslint" } : nil
    if local == nil, tools.isEmpty || tools == [.yamllint] {
      let isThere = tools.isEmpty ? false : await run.find(tools[0]) != nil
      if !isThere { return try await checkSyntax(language, project, context) }
    }
    let tool = local == nil ? try await run.choose(tools) : .eslint
    let answer = try await run.run(
      LintPlan.call(tool, language, project, parameters.arguments, local: local))
    let issues = try await run.diagnostics(of: answer)
    let output = describe(issues, answer.tool, language, answer.command)
    // A linter that failed and found nothing did not look.
    guard answer.succeeded || !issues.isEmpty else { throw run.failure(answer, issues, output: output) }
    return try conclude(issues, output, answer.tool)
  }

  private func checkSyntax(
    _ language: String, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> JSON {
    var issues: [Diagnostic] = []
    for file in LintPlan.targets(language, project) {
      let path = project.located(file)
      let bytes = try await context.files.open(path).readAll(limit: Self.maxFileBytes, path: path)
      let found = try await context.heavyWork.run { _ in
        SyntaxCheck.problem(in: bytes, language: language)
      }
      guard var issue = found else { continue }
      issue.file = path
      issues.append(issue)
    }
    return try conclude(issues, describe(issues, "built-in", language, nil), "built-in")
  }

  private func conclude(_ issues: [Diagnostic], _ output: JSON, _ tool: String) throws(StepFailure) -> JSON {
    let bad = issues.filter(fails)
    guard let first = bad.first else { return output }
    let count = bad.count == 1 ? "an issue" : "\(bad.count) issues"
    let sentence = first.sentence + (first.rule.map { " (\($0))" } ?? "")
    throw StepFailure(
      "lint \(parameters.path): \(tool) found \(count) of severity \(failOn)"
        + (failOn == "warning" ? " or worse" : "") + ": " + TerminalText.shortened(sentence, toBytes: 4096),
      output: output)
  }

  private func fails(_ issue: Diagnostic) -> Bool {
    switch failOn {
    case "never": false
    case "warning": issue.severity != .note
    default: issue.severity == .error
    }
  }

  private func describe(_ issues: [Diagnostic], _ tool: String, _ language: String, _ command: String?)
    -> JSON
  {
    [
      "success": .bool(!issues.contains(where: fails)), "issues": .array(issues.map(\.issue)),
      "counts": [
        "error": JSON(issues.count(of: .error)), "warning": JSON(issues.count(of: .warning)),
        "note": JSON(issues.count(of: .note)), "total": JSON(issues.count),
      ],
      "tool": .string(tool), "language": .string(language), "command": JSON(command),
    ]
  }
}
