import MissionModel
import MissionSteps
import TestSupport
import Testing

/// Types that compile patterns for a part of their work, on a host without the library for them.
@Suite struct MissingPatternsTests {
  static let works = [
    LocalWork(FileSearchStep.self, "{ pattern: \"a.\", regex: true }"),
    LocalWork(EditFileStep.self, "{ path: a, find: \"a.\", replace: b, regex: true }"),
    LocalWork(
      CSVProcessStep.self,
      "{ file: a, operation: filter, where: [{ column: x, op: matches, value: \"a.\" }] }"),
    LocalWork(ParseJSONStep.self, "{ content: \"1\", schema: { pattern: \"a.\" } }"),
    LocalWork(ParseYAMLStep.self, "{ content: \"1\", schema: { pattern: \"a.\" } }"),
    LocalWork(ValidateSchemaStep.self, "{ content: \"1\", schema: { pattern: \"a.\" } }"),
  ]

  @Test(arguments: works)
  func `a pattern names the package, which is declared as a need of a part`(work: LocalWork) async throws {
    var runner = try StepRunner()
    try runner.directory.write("x\na\n", to: "a")
    runner.capabilities.patterns = .unavailable
    let bare = runner
    let failed = await failure { try await bare.run(work.type, work.parameters) }
    let schema = work.parameters.contains("schema") ? "compile the schema: /pattern: " : ""
    #expect(
      failed?.message
        == schema + "compile the pattern \"a.\": libpcre2 is not on this host; install libpcre2-8-0")
    #expect(work.type.requirements.contains(Patterns.requirement))
  }
}
