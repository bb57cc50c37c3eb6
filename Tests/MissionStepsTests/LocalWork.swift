import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// Work for one of the step types that need nothing but this host, on a repository `r` with two branches
/// and a few files beside it.
struct LocalWork: Sendable, CustomTestStringConvertible {
  let type: any StepType.Type
  let parameters: String
  /// Runs before, such as the start of a process that the step ends.
  var prepare: @Sendable (StepRunner) async throws -> Void = { _ in }
  /// True if what was done before a cancel stays done, as with `rm -r`.
  var isDoneInParts = false

  var testDescription: String { type.name }

  init(
    _ type: any StepType.Type, _ parameters: String, isDoneInParts: Bool = false,
    prepare: @escaping @Sendable (StepRunner) async throws -> Void = { _ in }
  ) {
    self.type = type
    self.parameters = parameters
    self.isDoneInParts = isDoneInParts
    self.prepare = prepare
  }

  /// A repository with two branches, and files of each kind.
  func host() async throws -> GitFixture {
    let fixture = try await GitFixture()
    try await fixture.diverge(conflict: false)
    try fixture.write(["changed": "1\n"])
    for (name, text) in Self.around { try fixture.runner.directory.write(text, to: name) }
    try await prepare(fixture.runner)
    return fixture
  }

  private static let around: KeyValuePairs<String, String> = [
    "a.json": "{\"a\": [1, 2]}", "a.yaml": "a: [1, 2]\n", "a.xml": "<a><b/></a>", "a.csv": "x,y\n1,2\n",
    "a.txt": "one\ntwo\n", "folder/a.txt": "one\n", "folder/deep/b.txt": "two\n",
    "schema.json": "{\"type\": \"object\"}", "a.xsd": "", "make/Makefile": "all check:\n\t@echo ok\n",
    "c/a.c": "int  one(void) {return 1;}\n", "sh/a.sh": "#!/bin/sh\necho one\n",
  ]

  static let data = [
    LocalWork(ParseJSONStep.self, "{ file: a.json, schema_file: schema.json }"),
    LocalWork(ParseYAMLStep.self, "{ file: a.yaml, schema_file: schema.json }"),
    LocalWork(ParseXMLStep.self, "{ file: a.xml, query: //b }"),
    LocalWork(ValidateSchemaStep.self, "{ file: a.json, schema_file: schema.json }"),
    LocalWork(CSVProcessStep.self, "{ file: a.csv, operations: [statistics], output_file: out.csv }"),
  ]

  static let files = [
    LocalWork(CreateFileStep.self, "{ path: b.txt, content: one }"),
    LocalWork(EditFileStep.self, "{ path: a.txt, find: one, replace: 1, backup: true }", isDoneInParts: true),
    LocalWork(DeleteFileStep.self, "{ path: folder, recursive: true }", isDoneInParts: true),
    LocalWork(CopyFileStep.self, "{ source: folder, destination: copy, recursive: true }"),
    LocalWork(MoveFileStep.self, "{ source: a.txt, destination: b.txt }"),
    LocalWork(ReadFileStep.self, "{ path: a.txt }"),
    LocalWork(ListDirectoryStep.self, "{ recursive: true }"),
    LocalWork(FileSearchStep.self, "{ pattern: one }"),
  ]

  /// Types that call a tool; those of the reports that they leave are done in parts.
  static let code = [
    LocalWork(CompileCodeStep.self, "{ path: make }"),
    LocalWork(RunTestsStep.self, "{ path: make, junit_file: report.xml }"),
    LocalWork(FormatCodeStep.self, "{ path: c }", isDoneInParts: true),
    LocalWork(LintCodeStep.self, "{ path: sh }"),
    LocalWork(ExtractFunctionsStep.self, "{ path: c }"),
    LocalWork(GenerateDocsStep.self, "{ path: c, format: doxygen, output: docs }", isDoneInParts: true),
  ]

  static let git = [
    LocalWork(GitCommitStep.self, "{ path: r, message: m }", isDoneInParts: true),
    LocalWork(GitBranchStep.self, "{ path: r, branch: b }", isDoneInParts: true),
    LocalWork(GitMergeStep.self, "{ path: r, branch: feature }", isDoneInParts: true),
    LocalWork(GitStatusStep.self, "{ path: r }"),
    LocalWork(GitDiffStep.self, "{ path: r, from: feature }"),
  ]

  static let system = [
    LocalWork(CommandStep.self, "{ command: make, working_dir: make }"),
    LocalWork(ProcessStartStep.self, "{ command: sleep 600, ready: { file: a.txt } }"),
    LocalWork(ProcessKillStep.self, "{ step: step }") { runner in
      _ = try await runner.run(ProcessStartStep.self, "{ command: sleep 600 }")
    },
    LocalWork(MonitorResourcesStep.self, "{ duration_ms: 1 }"),
    LocalWork(ServiceHealthStep.self, "{ port: 1, fail_if_unhealthy: false }"),
    LocalWork(CompressStep.self, "{ source: folder, destination: folder.tar.gz }"),
  ]

  /// All of them.
  static let all = data + files + code + git + system
}
