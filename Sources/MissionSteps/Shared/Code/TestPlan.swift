/// The calls that test a project, and where what became of the tests can be read.
package struct TestPlan: Sendable, Equatable {
  /// What `language` may be.
  package static let languages = [
    "swift", "rust", "go", "python", "pytest", "unittest", "node", "cmake", "maven", "gradle", "make",
  ]

  /// Where the counts come from.
  package enum Source: Sendable, Equatable {
    /// JUnit XML in these files, if they are there; else the text.
    case files([String], Text)
    /// JUnit XML that lies in folders of this name; `onlyNew` passes over what an earlier run left.
    case folders(String, onlyNew: Bool, Text)
    case text(Text)
  }

  /// How the text of a runner is read.
  package enum Text: Sendable, Equatable {
    case xctest, swiftTesting, cargo, go, unittest, tap, automake, maven, none
  }

  package var calls: [CodeInvocation]
  /// Each counts tests of its own.
  package var sources: [Source]

  /// What is known of a project beyond the names of its files.
  package struct Facts: Sendable {
    /// Programs that the project brings.
    package var compile = CompilePlan.Facts()
    /// The script `test` of `package.json`.
    package var testScript: String?
    /// The target of the makefile that tests: `check` or `test`.
    package var makeTarget = "check"
    /// Where JUnit XML is to be written by those that can: an absolute path.
    package var report = ""

    /// Nothing known yet.
    package init() {}
  }

  /// Makes the plan for a language.
  package init(
    _ language: String, _ project: CodeProject, _ arguments: [String], filter: String?, _ facts: Facts
  ) {
    let file = project.file.map { [CodeProject.argument($0)] } ?? []
    func filtered(_ option: String) -> [String] { filter.map { [option, $0] } ?? [] }
    switch language {
    case "swift":
      let own = ["test", "--xunit-output", facts.report] + filtered("--filter")
      calls = [CodeInvocation(.swift, own + arguments, .colon)]
      // XCTest writes a report only where it runs in parallel; swift-testing always does.
      sources = [
        .files([facts.report], .xctest),
        .files([TestReportFile.swiftTesting(facts.report)], .swiftTesting),
      ]
    case "rust":
      let own = ["test", "--no-fail-fast"] + (filter.map { [CodeProject.argument($0)] } ?? [])
      calls = [CodeInvocation(.cargo, own + arguments, .rustJSON)]
      sources = [.text(.cargo)]
    case "go":
      let own = ["test", "-json"] + filtered("-run") + arguments
      calls = [CodeInvocation(.go, own + (file.isEmpty ? ["./..."] : file), .goTest)]
      sources = [.text(.go)]
    case "pytest":
      let own = ["--color=no", "--junitxml=" + facts.report] + filtered("-k") + arguments + file
      calls = [CodeInvocation(.pytest, own, .python)]
      sources = [.files([facts.report], .none)]
    case "unittest":
      let own = ["-m", "unittest", "-v"] + filtered("-k") + arguments + file
      calls = [CodeInvocation(.python, own, .python)]
      sources = [.text(.unittest)]
    case "maven":
      let own = CompilePlan.maven + ["test"] + (filter.map { ["-Dtest=" + $0] } ?? []) + arguments
      calls = [CodeInvocation(.maven, local: facts.compile.program("./mvnw"), own, .maven)]
      sources = [.folders("surefire-reports", onlyNew: true, .maven)]
    case "gradle":
      let own = CompilePlan.gradle + ["test"] + filtered("--tests") + arguments
      calls = [CodeInvocation(.gradle, local: facts.compile.program("./gradlew"), own, .colon)]
      sources = [.folders("test-results", onlyNew: false, .none)]
    case "make":
      let own = [facts.makeTarget] + (filter.map { ["TESTS=" + $0] } ?? []) + arguments
      calls = [CodeInvocation(.make, (file.isEmpty ? [] : ["-f"] + file) + own, .colon)]
      sources = [.text(.automake)]
    case "cmake": (calls, sources) = Self.cmake(project, arguments, filtered("-R"), facts)
    case "node": (calls, sources) = Self.node(file, arguments, filter, facts)
    default: preconditionFailure("\(language) is none of TestPlan.languages")
    }
  }

  private static func cmake(
    _ project: CodeProject, _ arguments: [String], _ filter: [String], _ facts: Facts
  ) -> ([CodeInvocation], [Source]) {
    let own =
      ["--output-on-failure", "--no-tests=error", "--output-junit", facts.report] + filter + arguments
    if project.has("CTestTestfile.cmake") {
      return ([CodeInvocation(.ctest, own, .cmake)], [.files([facts.report], .none)])
    }
    let calls = [
      CodeInvocation(.cmake, ["-S", ".", "-B", "build"], .cmake),
      CodeInvocation(.cmake, ["--build", "build"], .cmake),
      CodeInvocation(.ctest, ["--test-dir", "build"] + own, .cmake),
    ]
    return (calls, [.files([facts.report], .none)])
  }

  private static func node(
    _ file: [String], _ arguments: [String], _ filter: String?, _ facts: Facts
  ) -> ([CodeInvocation], [Source]) {
    guard let script = facts.testScript else {
      let own = ["--test", "--test-reporter=tap"] + (filter.map { ["--test-name-pattern=" + $0] } ?? [])
      return ([CodeInvocation(.node, own + arguments + file, .node)], [.text(.tap)])
    }
    let option = nodeFilter(script).flatMap { option in filter.map { [option, $0] } } ?? []
    let extra = option + arguments
    let call = CodeInvocation(.npm, ["test"] + (extra.isEmpty ? [] : ["--"] + extra), .node)
    return ([call], [.text(.tap)])
  }

  /// Whether its calls write the report at this path.
  package func writes(_ report: String) -> Bool {
    sources.contains { if case .files(let paths, _) = $0 { paths.contains(report) } else { false } }
  }

  /// The option by which the runner of a script takes a filter; nil for a runner that is not known.
  package static func nodeFilter(_ script: String) -> String? {
    if script.contains("node --test") { return "--test-name-pattern" }
    if script.contains("jest") || script.contains("vitest") { return "-t" }
    if script.contains("mocha") { return "--grep" }
    return script.contains("ava") ? "--match" : nil
  }

  /// What the text of a run tells of its tests.
  package static func read(_ text: Text, stdout: String, stderr: String) -> TestReport {
    let lines = ToolText.lines(stdout)
    switch text {
    case .xctest: return TextTestReport.xctest(lines + ToolText.lines(stderr))
    case .swiftTesting: return TextTestReport.swiftTesting(lines + ToolText.lines(stderr))
    case .cargo: return TextTestReport.cargo(lines)
    case .go: return GoTestReport.read(lines)
    case .unittest: return TextTestReport.unittest(ToolText.lines(stderr))
    case .tap: return TAPReport.read(lines) ?? TextTestReport.node(lines + ToolText.lines(stderr))
    case .automake: return TextTestReport.automake(lines) ?? TAPReport.read(lines) ?? TestReport()
    case .maven: return TextTestReport.maven(lines)
    case .none: return TestReport()
    }
  }
}
