import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionEngine

@Suite(.timeLimit(.minutes(1))) struct MissionExecutorStopsTests {
  /// Waits until it is stopped, and ends as its step says.
  private static func patient(
    _ bell: Observed<Bool>, ending: @escaping @Sendable () throws(StepFailure) -> JSON
  ) -> Script.Work {
    { context throws(StepFailure) in
      bell.update { $0 = true }
      do throws(StepFailure) { try await context.sleep(.seconds(100_000)) } catch { return try ending() }
      return .null
    }
  }

  @Test func `at the mission's deadline what runs fails, whatever it may, and the rest is skipped`() async {
    let bell = Observed(false)
    var harness = EngineHarness()
    harness.services.clock = .stopped(until: bell)
    let mission = Mission.sketch([
      StepSketch("a") { $0.continueOnError = true }, StepSketch("b", after: ["a"]),
    ]) { $0.timeoutSeconds = 60 }
    let ending = await harness.run(
      mission, ["a": Self.patient(bell) { () throws(StepFailure) in throw .cancelled }])
    #expect(ending == .finished(.failed))
    let results = await harness.journal.results
    #expect(results["a"]?.status == .failed)
    #expect(results["a"]?.error == "mission deadline")
    #expect(results["b"]?.status == .skipped)
    #expect(results["b"]?.error == "not started: mission deadline")
    #expect(
      await harness.journal.entries.last?.error == "mission deadline: the job took longer than 60 s")
  }

  @Test(arguments: [(step: 1, parameter: 2), (step: 2, parameter: 1)])
  func `of two time-outs the smaller holds`(step: Int, parameter: Int) async {
    let bell = Observed(false)
    var harness = EngineHarness()
    harness.services.clock = .stopped(until: bell)
    let mission = Mission.sketch([
      StepSketch("a", parameters: ["timeout_seconds": JSON(parameter)]) { $0.timeoutSeconds = step }
    ])
    _ = await harness.run(
      mission, ["a": Self.patient(bell) { () throws(StepFailure) in throw .cancelled }])
    #expect(await harness.journal.results["a"]?.error == "timed out after 1 s")
  }

  @Test func `what ends well after its time-out has timed out, and is tried again when it is gone`() async {
    let bell = Observed(false)
    var harness = EngineHarness()
    harness.services.clock = .stopped(until: bell)
    let mission = Mission.sketch([StepSketch("a") { $0.timeoutSeconds = 1 }]) {
      $0.retryAttempts = 1
      $0.retryDelayMilliseconds = 0
    }
    let running = Observed(0)
    let most = Observed(0)
    let patient = Self.patient(bell) { .null }
    let ending = await harness.run(
      mission,
      [
        "a": { context throws(StepFailure) in
          let now = running.update { running in
            running += 1
            return running
          }
          most.update { $0 = max($0, now) }
          defer { running.update { $0 -= 1 } }
          return context.attempt == 1 ? try await patient(context) : "second"
        }
      ])
    #expect(ending == .finished(.completed))
    #expect(await harness.journal.results["a"]?.attempts == 2)
    #expect(await harness.journal.results["a"]?.output == "second")
    #expect(most.value == 1)
    let retries = await harness.journal.events.filter { $0.kind == .stepRetrying }
    #expect(retries.map(\.error) == ["timed out after 1 s"])
  }
}
