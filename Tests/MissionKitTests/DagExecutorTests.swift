import Glibc
import MissionKit
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct DagExecutorTests {
  private let directory: TemporaryDirectory
  private let executor: DagExecutor

  init() throws {
    directory = try TemporaryDirectory()
    executor = try DagExecutor(
      workspace: directory.path, logs: directory.path,
      environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path])
  }

  @Test func `a mission from a file runs with the context it is given`() async throws {
    try directory.write(
      """
      name: greet
      steps:
        - { id: write, step_type: create_file, parameters: { path: hello.txt, content: "hello {{ name }}" } }
        - { id: read, step_type: read_file, depends_on: write, parameters: { path: hello.txt } }
        - { id: count, step_type: command, depends_on: read, parameters: { command: "wc -c hello.txt" } }
      """, to: "greet.yaml")
    var context = ExecutionContext()
    context.set("name", to: "you")
    let mission = try MissionLoader.load(file: directory.path + "/greet.yaml", context: context)
    #expect(mission.name == "greet")
    #expect(DagExecutor.topologicalSort(mission) == ["write", "read", "count"])
    let result = try await executor.execute(mission, context: context)
    #expect(result.status == .completed)
    #expect(result["read"]?.output["content"] == "hello you")
    #expect(result["count"]?.output["stdout"] == "9 hello.txt\n")
  }

  @Test func `one step can be carried out by itself`() async throws {
    let outcome = try await executor.executeStep(type: "noop", parameters: ["message": "hi"])
    #expect(outcome.status == "success")
    #expect(outcome.output == ["message": "hi"])
  }

  @Test func `a failing mission is a result with the reason`() async throws {
    let mission = try MissionLoader.load(
      text: "name: x\nsteps: [{ id: a, step_type: command, parameters: { command: 'false' } }]")
    let result = try await executor.execute(mission)
    #expect(result.status == .failed)
    #expect(result["a"]?.output["exit_code"] == 1)
  }

  @Test func `everything that is wrong is said with its place`() {
    let error = #expect(throws: MissionError.self) {
      try MissionLoader.load(text: "name: x\nsteps: [{ id: a, step_type: noop, depend_on: b }]")
    }
    #expect(error?.description.contains("<text>:2:35: /steps/0/depend_on: ") == true)
    #expect(error?.description.contains("did you mean \"depends_on\"?") == true)
  }

  @Test func `a file that is not there is named`() {
    let error = #expect(throws: MissionError.self) { try MissionLoader.load(file: "/nowhere.yaml") }
    #expect(error?.description == "/nowhere.yaml: open /nowhere.yaml: no such file or directory (2)")
  }
}
