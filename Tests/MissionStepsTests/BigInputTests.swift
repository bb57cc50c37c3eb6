import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// What holds for each step type that takes much at once: other jobs have their turn meanwhile.
@Suite(.serialized) struct BigInputTests {
  /// What one turn may take, in a build for tests; what is not done in pieces takes seconds.
  private static let longestTurn = Duration.milliseconds(500)

  /// Work of a type on a big file.
  struct Work: Sendable, CustomTestStringConvertible {
    let type: any StepType.Type
    let parameters: JSONObject
    var file: String {
      let names = ["file", "source", "path"].compactMap { parameters[$0]?.stringValue }
      return names.first ?? "big.txt"
    }
    var testDescription: String { "\(type.name) \(file)" }

    init(_ type: any StepType.Type, _ parameters: JSONObject) {
      self.type = type
      self.parameters = parameters
    }
  }

  static let works = [
    Work(ParseJSONStep.self, ["file": "big.json", "query": "/0"]),
    Work(ParseYAMLStep.self, ["file": "big.yaml", "query": "[0]"]),
    Work(ParseXMLStep.self, ["file": "big.xml"]),
    Work(ParseJSONStep.self, ["file": "big.json", "query": "/0", "schema_file": "big.schema.json"]),
    Work(ValidateSchemaStep.self, ["file": "big.csv"]),
    Work(ValidateSchemaStep.self, ["file": "big.json", "schema": ["type": "array"]]),
    Work(
      CSVProcessStep.self,
      ["file": "big.csv", "operations": ["statistics", "sort"], "by": "c", "output_file": "out.csv"]),
    Work(CSVProcessStep.self, ["file": "big.csv", "operations": ["to_json"], "max_records": 1_000_000]),
    Work(FileSearchStep.self, ["path": "big.csv", "pattern": "x+z", "regex": true]),
    Work(FileSearchStep.self, ["path": "big.csv", "pattern": "ROW", "ignore_case": true]),
    Work(ReadFileStep.self, ["path": "big.json"]),
    Work(ReadFileStep.self, ["path": "big.json", "encoding": "base64"]),
    Work(
      CreateFileStep.self,
      ["path": "new.txt", "content": .string(String(repeating: "text ", count: 1 << 20))]),
    Work(EditFileStep.self, ["path": "big.txt", "find": "row", "replace": "line"]),
    Work(EditFileStep.self, ["path": "big.txt", "find": "r(o)w", "replace": "$1", "regex": true]),
    Work(EditFileStep.self, ["path": "big.txt", "content": "end\n", "append": true]),
    Work(CopyFileStep.self, ["source": "big.csv", "destination": "copy.csv"]),
    Work(FormatCodeStep.self, ["path": "big.json", "language": "json"]),
    Work(LintCodeStep.self, ["path": "big.json", "language": "json"]),
    Work(ExtractFunctionsStep.self, ["path": "big.swift"]),
    Work(GenerateDocsStep.self, ["path": "big.swift", "output": "docs"]),
    Work(GitDiffStep.self, ["path": "r"]),
    Work(CompressStep.self, ["source": "big.csv", "destination": "big.tar.zst"]),
    Work(CommandStep.self, ["command": "cat big.txt"]),
  ]

  @Test(arguments: works)
  func `big input keeps no executor from others`(work: Work) async throws {
    let fixture = try await GitFixture()
    try await Self.write(fixture, for: work.file)
    let executor = WatchedExecutor()
    let runner = fixture.runner
    try await withTaskExecutorPreference(executor) {
      _ = try await runner.run(work.type, work.parameters)
    }
    #expect(executor.longest < Self.longestTurn)
  }

  private static func write(_ fixture: GitFixture, for file: String) async throws {
    let numbers = 0..<100_000
    let rows = numbers.map { "row \($0),\($0 % 977),\($0 / 3).5,some text that fills the line\n" }
    let values = numbers.prefix(50_000).map { "{\"a\": \($0), \"b\": [\"text\", true]}" }
    let directory = fixture.runner.directory
    switch file {
    case "big.csv": try directory.write("a,b,c,d\n" + rows.joined(), to: file)
    case "big.json":
      try directory.write("[" + values.joined(separator: ",\n") + "]", to: file)
      let properties = numbers.prefix(20_000).map { "\"p\($0)\": {\"pattern\": \"^\($0)+$\"}" }
      try directory.write(
        "{\"properties\": {" + properties.joined(separator: ",") + "}}", to: "big.schema.json")
    case "big.yaml": try directory.write(values.map { "- \($0)\n" }.joined(), to: file)
    case "big.xml":
      try directory.write("<a>" + values.map { "<b>\($0)</b>" }.joined() + "</a>", to: file)
    case "big.swift":
      let functions = numbers.prefix(20_000).map { "/// One.\nfunc f\($0)() -> Int { 1 }\n" }
      try directory.write(functions.joined(), to: file)
    case "r":
      try await fixture.commit(["a": rows.joined()])
      try fixture.write(["a": rows.reversed().joined()])
    default: try directory.write(rows.joined(), to: file)
    }
  }
}
