import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionEngine

@Suite struct KeptProcessesTests {
  private func steps(_ sketches: [StepSketch]) -> [Step] { Mission.sketch(sketches).steps }

  private func start(_ id: String, after: [String] = []) -> StepSketch {
    StepSketch(id, after: after) { $0 = Step(id: $0.id, type: "process_start", dependsOn: $0.dependsOn) }
  }

  private func kill(_ id: String, after: [String]) -> StepSketch {
    StepSketch(id, after: after) { $0 = Step(id: $0.id, type: "process_kill", dependsOn: $0.dependsOn) }
  }

  private func success(_ output: JSON = .null) -> StepResult {
    StepResult(stepID: "x", status: .success, output: output, finishedAt: Timestamp(milliseconds: 0))
  }

  private func kept(_ steps: [Step], _ results: [Int: StepResult]) -> KeptProcesses {
    KeptProcesses(steps, results) { $0.type == "process_start" }
  }

  @Test func `what others still build on runs anew, before everything else`() {
    let steps = steps([start("p"), StepSketch("a", after: ["p"]), StepSketch("b", after: ["a"])])
    let kept = kept(steps, [0: success(["pid": 1]), 1: success()])
    #expect(kept.repeated == [0])
    #expect(kept.first == [0])
  }

  @Test func `what nobody builds on any more stays over`() {
    let steps = steps([start("p"), StepSketch("a", after: ["p"]), StepSketch("b")])
    #expect(kept(steps, [0: success(), 1: success()]).first.isEmpty)
  }

  @Test func `what a step has ended is not started again`() {
    let steps = steps([start("p"), kill("k", after: ["p"]), StepSketch("a", after: ["k"])])
    let pid: JSON = ["pid": 41]
    #expect(kept(steps, [0: success(pid), 1: success(pid)]).first.isEmpty)
    #expect(kept(steps, [0: success(pid), 1: success(["pid": 42])]).repeated == [0])
  }

  @Test func `a retry that kept no start runs it before what depends on it through others`() {
    let steps = steps([
      StepSketch("d"), start("p", after: ["d"]), StepSketch("a", after: ["p"]), StepSketch("b", after: ["a"]),
    ])
    let kept = kept(steps, [2: success()])
    #expect(kept.repeated.isEmpty)
    #expect(kept.first == [0, 1])
  }

  @Test func `a new job has nothing to go on with`() {
    let steps = steps([start("p"), StepSketch("a", after: ["p"])])
    #expect(kept(steps, [:]).first.isEmpty)
    #expect(kept(steps, [0: success()]).first == [0])
  }
}
