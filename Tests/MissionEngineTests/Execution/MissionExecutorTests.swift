import Formats
import MissionEngine
import MissionModel
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct MissionExecutorTests {
  @Test func `steps run after what they depend on and ready ones start in document order`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([
      StepSketch("c", after: ["a", "b"]), StepSketch("a"), StepSketch("b"), StepSketch("d", after: ["a"]),
    ]) { $0.maxConcurrentSteps = 1 }
    #expect(await harness.run(mission) == .finished(.completed))
    #expect(await harness.journal.starts(in: mission) == ["a", "b", "c", "d"])
    #expect(await harness.journal.results.values.allSatisfy { $0.status == .success && $0.attempts == 1 })
  }

  @Test func `a failure stops the job and says why each step did not run`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([
      StepSketch("a"), StepSketch("b", after: ["a"]), StepSketch("c", after: ["b"]),
    ])
    let ending = await harness.run(mission, ["a": { _ throws(StepFailure) in throw StepFailure("boom") }])
    #expect(ending == .finished(.failed))
    let results = await harness.journal.results
    #expect(results["a"]?.error == "boom")
    #expect(results["b"]?.status == .skipped)
    #expect(results["c"]?.error == "dependency \"b\" did not succeed")
    #expect(await harness.journal.entries.last?.error == "step \"a\": boom")
    #expect(await harness.journal.entries.last?.progress.skipped == 2)
  }

  @Test func `without fail-fast other branches go on and dependents are skipped by name`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([
      StepSketch("a"), StepSketch("b", after: ["a"]), StepSketch("c", after: ["b"]), StepSketch("d"),
    ]) { $0.failFast = false }
    let ending = await harness.run(mission, ["a": { _ throws(StepFailure) in throw StepFailure("boom") }])
    #expect(ending == .finished(.failed))
    let results = await harness.journal.results
    #expect(results["b"]?.error == "dependency \"a\" did not succeed")
    #expect(results["c"]?.error == "dependency \"b\" did not succeed")
    #expect(results["d"]?.status == .success)
  }

  @Test func `continue_on_error satisfies dependents and keeps the job from failing`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([
      StepSketch("a") { $0.continueOnError = true }, StepSketch("b", after: ["a"]),
    ])
    let ending = await harness.run(mission, ["a": { _ throws(StepFailure) in throw StepFailure("boom") }])
    #expect(ending == .finished(.completed))
    #expect(await harness.journal.results["b"]?.status == .success)
  }

  @Test func `what models used is summed over attempts, steps and what was recorded before`() async {
    var harness = EngineHarness()
    harness.services.world = { _, spent in
      AttemptWorld(
        capabilities: .denied, log: .none, warn: { _ in },
        finish: {
          await spent(TokenUsage(prompt: 10, completion: 1))
          return AttemptReport()
        })
    }
    let mission = Mission.sketch([StepSketch("a"), StepSketch("b", after: ["a"])]) {
      $0.retryAttempts = 1
      $0.retryDelayMilliseconds = 1
    }
    var progress = RecordedProgress()
    progress.tokens = TokenUsage(prompt: 5, completion: 5)
    progress.attempts[0] = RecordedAttempts(
      started: 1, interruptions: 1, drains: 0, firstStartedAt: Timestamp(milliseconds: 0), wasRunning: true,
      tokens: TokenUsage(prompt: 4, completion: 3))
    let attempts = Observed(0)
    let ending = await harness.run(
      mission, progress: progress,
      [
        "a": { _ throws(StepFailure) in
          attempts.update { $0 += 1 }
          if attempts.value == 1 { throw StepFailure("boom") }
          return .null
        }
      ])
    #expect(ending == .finished(.completed))
    #expect(await harness.journal.results["a"]?.tokens == TokenUsage(prompt: 24, completion: 5))
    #expect(await harness.journal.results["b"]?.tokens == TokenUsage(prompt: 10, completion: 1))
    #expect(
      await harness.journal.entries.compactMap(\.tokens).last == TokenUsage(prompt: 35, completion: 8))
    let spent = await harness.journal.entries.flatMap(\.spent)
    #expect(spent.map { [$0.stepIndex, $0.attempt] } == [[0, 2], [0, 3], [1, 1]])
    #expect(spent.allSatisfy { $0.tokens == TokenUsage(prompt: 10, completion: 1) })
  }

  @Test func `a failing step is tried again as often as allowed, and no more`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([StepSketch("a")]) {
      $0.retryAttempts = 2
      $0.retryDelayMilliseconds = 1
    }
    let ending = await harness.run(
      mission, ["a": { context throws(StepFailure) in throw StepFailure("try \(context.attempt)") }])
    #expect(ending == .finished(.failed))
    #expect(await harness.journal.results["a"]?.attempts == 3)
    #expect(await harness.journal.results["a"]?.error == "try 3")
    #expect(await harness.journal.events.filter { $0.kind == .stepRetrying }.count == 2)
  }

  @Test func `bad parameters are never retried`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([StepSketch("a", parameters: ["message": "{{ env.NO_SUCH }}"])]) {
      $0.retryAttempts = 5
    }
    #expect(await harness.run(mission) == .finished(.failed))
    #expect(await harness.journal.results["a"]?.attempts == 1)
    #expect(await harness.journal.results["a"]?.error == "{{ env.NO_SUCH }}: env has no \"NO_SUCH\"")
  }

  @Test func `an attempt that takes too long is stopped and says after how long`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([StepSketch("a", parameters: ["timeout_seconds": 1])])
    let ending = await harness.run(
      mission,
      [
        "a": { context throws(StepFailure) in
          try await context.sleep(.seconds(100))
          return .null
        }
      ])
    #expect(ending == .finished(.failed))
    #expect(await harness.journal.results["a"]?.error == "timed out after 1 s")
  }

  @Test func `outputs keep their type, go into texts, and reach through maps and lists`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([
      StepSketch("a", parameters: ["message": ["list": [1, ["x": 2.5]]]]),
      StepSketch("b", after: ["a"], parameters: ["message": "{{ a.output.message.list }}"]),
      StepSketch(
        "c", after: ["b"], parameters: ["message": "got {{a.output.message.list.1.x}}, {{steps.a.status}}"]),
    ])
    #expect(await harness.run(mission) == .finished(.completed))
    #expect(await harness.journal.results["b"]?.output == ["message": [1, ["x": 2.5]]])
    #expect(await harness.journal.results["c"]?.output == ["message": "got 2.5, success"])
  }

  @Test func `an output_variable is seen by dependents only`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch(
      [
        StepSketch("a", parameters: ["message": "new", "output_variable": "word"]),
        StepSketch("b", after: ["a"], parameters: ["message": "{{ word }}"]),
        StepSketch("c", parameters: ["message": "{{ context.word }}"]),
      ], context: ["word": "old"])
    #expect(await harness.run(mission) == .finished(.completed))
    #expect(await harness.journal.results["b"]?.output == ["message": "new"])
    #expect(await harness.journal.results["c"]?.output == ["message": "old"])
  }

  @Test func `nothing starts after a result that cannot be written, and the step does not run again`() async {
    let harness = EngineHarness()
    await harness.journal.fail(next: 3)
    let mission = Mission.sketch([StepSketch("a"), StepSketch("b", after: ["a"])])
    #expect(await harness.run(mission) == .finished(.completed))
    #expect(await harness.journal.starts(in: mission) == ["a", "b"])
  }

  @Test func `a chain needs one commit a step`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch((0..<50).map { StepSketch("s\($0)", after: $0 == 0 ? [] : ["s\($0 - 1)"]) })
    #expect(await harness.run(mission) == .finished(.completed))
    #expect(await harness.journal.entries.count == 50)
  }

  @Test func `ten thousand steps that never wait neither overflow the stack nor share one commit`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch((0..<10_000).map { StepSketch("s\($0)") })
    #expect(await harness.run(mission) == .finished(.completed))
    #expect(await harness.journal.entries.count > 10)
    #expect(await harness.journal.results.count == 10_000)
  }

  @Test func `what is recorded is not run again`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([StepSketch("a"), StepSketch("b", after: ["a"])])
    var progress = RecordedProgress()
    progress.results[0] = StepResult(stepID: "a", status: .success, output: ["message": 1], attempts: 1)
    #expect(await harness.run(mission, progress: progress) == .finished(.completed))
    #expect(await harness.journal.starts(in: mission) == ["b"])
    #expect(await harness.journal.entries.last?.progress.success == 2)
  }

  @Test(arguments: [(3, true), (4, false)])
  func `the fourth death of the daemon fails a step`(deaths: Int, survives: Bool) async {
    let harness = EngineHarness()
    let mission = Mission.sketch([StepSketch("a")])
    var progress = RecordedProgress()
    progress.attempts[0] = RecordedAttempts(
      started: deaths, interruptions: deaths, drains: 0, firstStartedAt: EngineClock.test.now(),
      wasRunning: true)
    let ending = await harness.run(mission, progress: progress)
    #expect(ending == .finished(survives ? .completed : .failed))
    #expect(await harness.journal.results["a"]?.attempts == 4)
  }

  @Test func `10,000 steps of a chain end without a deep stack`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch(
      (0..<10_000).map { StepSketch("s\($0)", after: $0 == 0 ? [] : ["s\($0 - 1)"]) })
    #expect(await harness.run(mission) == .finished(.completed))
    #expect(await harness.journal.entries.last?.progress.success == 10_000)
  }
}
