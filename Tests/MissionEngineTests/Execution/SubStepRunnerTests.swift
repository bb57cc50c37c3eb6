import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionEngine

/// `SubStepRunner` and what it is made of.
@Suite(.timeLimit(.minutes(1))) struct SubStepRunnerTests {
  @Test func `variables of sub-steps stand over those of the step around`() {
    let outer = VariableScope { path in .value(.string("outer " + path.joined(separator: "."))) }
    let scope = outer.shadowed(by: [
      "previous": ["output": ["a": 1], "main_output": "main"], "steps": ["x": ["status": "success"]],
    ])
    #expect(scope.find(["previous", "output", "a"]) == .value(1))
    #expect(scope.find(["previous"]) == .value("main"))
    #expect(scope.find(["steps", "x", "status"]) == .value("success"))
    #expect(scope.find(["steps", "y", "output"]) == .value("outer steps.y.output"))
    #expect(scope.find(["item"]) == .value("outer item"))
  }

  @Test func `work that takes too long is ended, and waited for`() async {
    let ended = Observed(false)
    let failed = await failure {
      try await TimeLimit.run(seconds: 0.05, .test) { () async throws(StepFailure) -> Int in
        do { try await EngineClock.test.sleep(.seconds(60)) } catch { ended.update { $0 = true } }
        throw .cancelled
      }
    }
    #expect(failed == StepFailure("timed out after 0.05 s"))
    #expect(ended.value)
    #expect(await failure { try await TimeLimit.run(seconds: 60, .test) { 1 } } == nil)
  }

  @Test func `a cancel from outside stays a cancel`() async {
    let task = Task {
      await failure {
        try await TimeLimit.run(seconds: 60, .test) { () async throws(StepFailure) -> Int in
          do { try await EngineClock.test.sleep(.seconds(60)) } catch { throw .cancelled }
          return 1
        }
      }
    }
    task.cancel()
    #expect(await task.value == .cancelled)
  }

  @Test func `data is taken as it is, and checked`() async throws {
    let harness = EngineHarness()
    let preparation = StepPreparation(services: harness.services, config: MissionConfig())
    let declaration = try preparation.declaration("noop")
    let prepared = try preparation.prepare(data: ["message": "{{ env.HOME }}"], for: declaration)
    #expect(prepared.filled == ["message": "{{ env.HOME }}"])
    #expect(
      await failure { try preparation.prepare(data: ["mesage": 1], for: declaration) }?.message
        == "parameters/mesage: unknown parameter")
    #expect(
      await failure { try preparation.declaration("nope") }?.message
        == "step type \"nope\" is not in this version")
  }
}
