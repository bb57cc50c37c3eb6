import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite(.timeLimit(.minutes(1))) struct ToolStepTests {
  private static let types: [any StepType.Type] = [
    ToolStep.self, NoopStep.self, ReadFileStep.self, CSVProcessStep.self, ParseJSONStep.self,
    ParseYAMLStep.self, CommandStep.self,
  ]
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  private func call(
    _ tool: String, _ parameters: String, tools: [CommandTool] = []
  ) async throws -> StepResult {
    try await runner.carryOut(
      "tool", "{ tool: \(tool), parameters: \(parameters) }", types: Self.types,
      context: ["who": "world"], tools: tools)
  }

  @Test func `a step type is a tool, and its output the tool's`() async throws {
    let result = try await call("noop", "{ message: 'hello {{who}}' }")
    #expect(result.output["message"] == "hello world")
  }

  @Test func `built-in tools do what they say`() async throws {
    #expect(try await call("calculator", "{ expression: 2 * (3 + 4) }").output["result"] == 14)
    let stats = try await call("text_stats", "{ text: 'One two. Three!' }").output
    #expect(stats["words"] == 3)
    #expect(stats["sentences"] == 2)
    #expect(try await call("now", "{}").output["weekday"] == "Tuesday")
    let data = try await call(
      "data_processor", "{ records: [{ a: 1 }, { a: 3 }], operations: [statistics] }")
    #expect(data.output["statistics"]?["a"]?["mean"]?.doubleValue == 2)
  }

  @Test func `loaders read files through the step types that read them`() async throws {
    try runner.directory.write("a,b\n1,2\n", to: "t.csv")
    try runner.directory.write("{\"k\": [5]}", to: "t.json")
    try runner.directory.write("<title>T</title><p>Hello <a href='/x'>you</a></p>", to: "t.html")
    #expect(try await call("csv_loader", "{ path: t.csv }").output["records"]?[0]?["b"] == "2")
    #expect(try await call("json_yaml_loader", "{ path: t.json, query: 'k[0]' }").output["parsed"] == 5)
    #expect(try await call("json_yaml_loader", "{ content: 'k: v' }").output["parsed"]?["k"] == "v")
    let page = try await call("html_loader", "{ path: t.html }").output
    #expect(page == ["title": "T", "text": "Hello you", "links": ["/x"]])
  }

  @Test func `a command of the configuration is a tool with a schema`() async throws {
    var runner = runner
    let processes = ScriptedProcesses { _ in
      ProcessOutput(ending: .exited(code: 0), stdout: Array("{\"n\": 3}".utf8))
    }
    runner.capabilities.processes = processes.processes
    let count = CommandTool(
      name: "count", summary: "Counts.", command: ["wc", "-w", "{{text}}"],
      parameters: [
        "type": "object", "properties": ["text": ["type": "string"]], "required": ["text"],
        "additionalProperties": false,
      ])
    let result = try await runner.carryOut(
      "tool", "{ tool: count, parameters: { text: 'a b; rm -rf {{who}}' } }", types: Self.types,
      context: ["who": "x"], tools: [count])
    #expect(result.error == nil)
    #expect(result.output == ["n": 3])
    let command = try #require(processes.commands.value.first)
    #expect([command.program] + command.arguments == ["wc", "-w", "a b; rm -rf x"])
    #expect(command.input == Array("{\"text\":\"a b; rm -rf x\"}".utf8))
    let bad = try await runner.carryOut(
      "tool", "{ tool: count, parameters: { txt: 1 } }", types: Self.types, tools: [count])
    #expect(bad.error?.hasPrefix("tool \"count\": the call does not match the schema: ") == true)
  }

  @Test func `a failure names the tool, an unknown one those that come close`() async throws {
    #expect(
      try await call("read_file", "{ path: none }").error
        == "tool \"read_file\": read none: no such file or directory (2)")
    #expect(
      try await call("calculatr", "{}").error
        == "there is no tool \"calculatr\"; did you mean \"calculator\"?")
    #expect(
      try await call("calculator", "{ expression: 1 / 0 }").error
        == "tool \"calculator\": calculate: division by zero")
  }

  @Test func `steps do not lie in each other without end`() async throws {
    let inner = "{ tool: tool, parameters: { tool: tool, parameters: { tool: tool, parameters: "
    let result = try await call(
      "tool", inner + "{ tool: tool, parameters: { tool: noop } } } } }")
    #expect(
      result.error?.hasSuffix("steps lie more than 4 deep in each other") == true)
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(ToolStep.self) }
}
