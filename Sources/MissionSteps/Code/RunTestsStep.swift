package import Formats
package import MissionModel

/// Runs a project's tests and counts what became of them.
package struct RunTestsStep: StepType {
  package static let name = "run_tests"
  package static let summary = "Run the tests of a project, and tell which failed and why."
  package static let effects: Effects = [.readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: run_tests
    parameters: { path: ., language: pytest, filter: parser, junit_file: reports/junit.xml }
    """
  package static let outputs =
    ToolAnswer.outputs + [
      OutputField("passed", "integer", "Tests that passed."),
      OutputField("failed", "integer", "Tests that failed, or broke."),
      OutputField("skipped", "integer", "Tests that were not run."),
      OutputField("total", "integer", "All of them."),
      OutputField("failures", "list", "name and message of each test that failed."),
    ]
  package static let requirements: [Requirement] =
    [
      CodeTool.swift, .cargo, .go, .pytest, .python, .npm, .node, .ctest, .maven, .gradle, .make,
    ].map(\.requirement) + [.library("libxml2.so.2", package: "libxml2", isEssential: false)]

  private let parameters: CodeParameters
  private let filter: String?
  private let junitFile: String?

  /// Bytes of a JUnit report that are read.
  private static let maxReportBytes = 64 << 20

  package init(_ p: inout ParameterReader) {
    parameters = CodeParameters(&p, languages: TestPlan.languages, writes: true)
    filter = p.optional(
      "filter", .nonEmptyString, "Run only tests of such names, in the words of the tool's own filter.")
    junitFile = p.optional(
      "junit_file", .writePath,
      "Where swift (its XCTests with args: [--parallel]), pytest and ctest write JUnit XML; for others, where "
        + "the run itself writes it.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let project = try await CodeProject.open(parameters.path, .write, for: "test", in: context)
    let run = CodeRun(project, "test", parameters.environment, context)
    var language = try parameters.language(
      found: CodeLanguage.build(of: project, known: TestPlan.languages), of: TestPlan.languages, for: "test")
    if language == "python" { language = await run.find(.pytest) != nil ? "pytest" : "unittest" }
    var facts = try await ProjectFacts.readTests(language, project, context)
    try checkFilter(language, facts)
    let report = try await TestReportFile.prepare(junitFile, context)
    facts.report = report.realPath
    let plan = TestPlan(language, project, parameters.arguments, filter: filter, facts)
    let before = try await reports(of: plan, project, context)
    let answer: ToolAnswer
    do throws(StepFailure) { answer = try await run.run(plan.calls) } catch {
      await report.conclude(context)
      throw error
    }
    let counts: TestReport
    do throws(StepFailure) { counts = try await read(plan, answer, report, before, project, context) } catch {
      await report.conclude(context)
      throw error
    }
    await report.conclude(context)
    return try await conclude(answer, counts, run, context)
  }

  private func conclude(
    _ answer: ToolAnswer, _ counts: TestReport, _ run: CodeRun, _ context: StepContext
  ) async throws(StepFailure) -> JSON {
    let diagnostics = try await run.diagnostics(of: answer)
    let success = answer.succeeded && counts.failed == 0
    var fields = answer.fields(success: success, diagnostics)
    for (name, value) in counts.fields { fields[name] = value }
    if success {
      if counts.total == 0 { context.warn("test \(parameters.path): \(answer.tool) told of no test") }
      return .object(fields)
    }
    guard counts.failed > 0, answer.hasExited else {
      throw run.failure(answer, diagnostics, output: .object(fields))
    }
    var failure = StepFailure(
      "test \(parameters.path): " + TerminalText.shortened(counts.sentence, toBytes: 4096),
      output: .object(fields))
    failure.usage = answer.last.usage
    throw failure
  }

  /// A filter that would be passed over silently is refused.
  private func checkFilter(_ language: String, _ facts: TestPlan.Facts) throws(StepFailure) {
    guard filter != nil, language == "node", let script = facts.testScript,
      TestPlan.nodeFilter(script) == nil
    else { return }
    throw StepFailure(
      .badParameters,
      "filter: nothing is known of how \"\(script)\" filters its tests; give its own option in \"args\"")
  }

  private func read(
    _ plan: TestPlan, _ answer: ToolAnswer, _ report: TestReportFile, _ before: [String: FileStatus],
    _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> TestReport {
    if junitFile != nil, !plan.writes(report.realPath),
      try await context.files.status(report.realPath) != nil,
      let own = try await read([report.realPath], context)
    {
      return own
    }
    var whole = TestReport()
    var hasReport = false
    for source in plan.sources {
      let (files, text): ([String], TestPlan.Text)
      switch source {
      case .files(let paths, let fallback): (files, text) = (paths, fallback)
      case .folders(_, let onlyNew, let fallback):
        let after = try await reports(of: plan, project, context)
        (files, text) = (after.filter { !onlyNew || before[$0.key] != $0.value }.keys.sorted(), fallback)
      case .text(let fallback): (files, text) = ([], fallback)
      }
      if let part = try await read(files, context) {
        whole.add(part)
        hasReport = true
        continue
      }
      // Told to run swift-testing alone, swift writes its report under XCTest's name.
      if hasReport { continue }
      let last = answer.parts.last
      whole.add(
        try await context.heavyWork.run { _ in
          TestPlan.read(text, stdout: last?.stdout ?? "", stderr: last?.stderr ?? "")
        })
    }
    return whole
  }

  /// What those of `files` that are there tell; nil where none does.
  private func read(_ files: [String], _ context: StepContext) async throws(StepFailure) -> TestReport? {
    var whole: TestReport?
    for file in files {
      guard let status = try await context.files.status(file), status.size > 0 else { continue }
      let bytes = try await context.files.open(file).readAll(limit: Self.maxReportBytes, path: file)
      do throws(StepFailure) {
        guard let part = JUnitReport.read(try await context.xml.process(XMLRequest(file, bytes)).root) else {
          continue
        }
        whole = whole ?? TestReport()
        whole?.add(part)
      } catch {
        guard error.kind == .failed else { throw error }
        // The tests ran; what cannot be read of them does not change how they ended.
        context.warn(error.message)
      }
    }
    return whole
  }

  /// The reports that lie in the folders that a tool keeps them in.
  private func reports(
    of plan: TestPlan, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> [String: FileStatus] {
    guard case .folders(let name, _, _)? = plan.sources.first else { return [:] }
    var found: [String: FileStatus] = [:]
    for entry in try await context.files.list(project.folder, ListOptions(recursive: true))
    where entry.path.contains(name + "/") && entry.name.hasPrefix("TEST-") && entry.name.hasSuffix(".xml") {
      found[PathText.join(project.folder, entry.path)] = entry.status
    }
    return found
  }
}
