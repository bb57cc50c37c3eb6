import MissionModel
import MissionSteps
import Sandbox
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
    // At submission it is nobody's mistake: the library may be there when the step starts.
    #expect(
      try StepRunner.problems(
        work.type, work.parameters, patterns: Patterns.unavailable.whereAvailable) == [])
  }

  @Test(
    arguments: [
      (FileSearchStep.self, "{ pattern: \"(\", regex: true }", "/pattern"),
      (EditFileStep.self, "{ path: a, find: \"(\", replace: b, regex: true }", "/find"),
      (
        CSVProcessStep.self,
        "{ file: a, operation: filter, where: [{ column: x, value: 1 }, { column: x, op: matches, value: \"(\" }] }",
        "/where/1/value"
      ),
      (ProcessStartStep.self, "{ command: a, ready: { log_pattern: \"(\" } }", "/ready/log_pattern"),
      (WebSocketConnectStep.self, "{ url: \"ws://h/\", expect_pattern: \"(\" }", "/expect_pattern"),
    ] as [(any StepType.Type, String, String)])
  func `a pattern that is none is told before anything runs`(
    type: any StepType.Type, parameters: String, pointer: String
  ) throws {
    #expect(
      try StepRunner.problems(type, parameters, patterns: Patterns.live().whereAvailable) == [
        "\(pointer): compile the pattern \"(\": missing closing parenthesis, at byte 1"
      ])
    let open = parameters.replacing("\"(\"", with: "\"({{x}}\"")
    #expect(try StepRunner.problems(type, open, patterns: .live()) == [])
  }
}
