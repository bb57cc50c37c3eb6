import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionEngine

@Suite(.timeLimit(.minutes(1))) struct MissionExecutorJournalTests {
  /// Time stands still until `bell`; what the journal has recorded shows in `recorded`.
  private struct Bench {
    let bell = Observed(false)
    let recorded = Observed<[JournalEntry]>([])
    let harness: EngineHarness

    init(interval: Duration = .milliseconds(5)) {
      let recorded = recorded
      var harness = EngineHarness(journal: RecordingJournal { entry in recorded.update { $0.append(entry) } })
      harness.services.clock = .stopped(until: bell)
      harness.services.commitInterval = interval
      self.harness = harness
    }

    /// A script that goes on when the journal has what it should.
    func waiting(_ hope: String, until isSatisfied: @escaping @Sendable ([JournalEntry]) -> Bool)
      -> Script.Work
    {
      { _ throws(StepFailure) in
        do { try await recorded.wait(hope, until: isSatisfied) } catch { throw StepFailure("\(error)") }
        return .null
      }
    }
  }

  private static let three = Mission.sketch([StepSketch("a"), StepSketch("b"), StepSketch("c")]) {
    $0.maxConcurrentSteps = 1
  }

  private static func hasResult(of step: String) -> @Sendable ([JournalEntry]) -> Bool {
    { $0.contains { $0.results.contains { $0.result.stepID == step } } }
  }

  @Test func `results that release nothing share a commit, and the last of them waits for nobody`() async {
    let bench = Bench()
    let ending = await bench.harness.run(Self.three, ["a": bench.waiting("its start") { !$0.isEmpty }])
    #expect(ending == .finished(.completed))
    #expect(bench.recorded.value.map(\.results.count) == [0, 3])
  }

  @Test func `the interval held, what waited is written while the next step runs`() async {
    let bench = Bench()
    let isRecorded = bench.waiting("the result of a", until: Self.hasResult(of: "a"))
    let ending = await bench.harness.run(
      Self.three,
      [
        "b": { context throws(StepFailure) in
          bench.bell.update { $0 = true }
          return try await isRecorded(context)
        }
      ])
    #expect(ending == .finished(.completed))
  }

  @Test func `what a dependent waits for is committed at once`() async {
    let bench = Bench(interval: .seconds(3600))
    let chain = Mission.sketch((0..<50).map { StepSketch("s\($0)", after: $0 == 0 ? [] : ["s\($0 - 1)"]) })
    #expect(await bench.harness.run(chain) == .finished(.completed))
    #expect(bench.recorded.value.count == 50)
  }

  @Test func `a step that must not run twice is recorded before it starts`() async {
    let bench = Bench(interval: .seconds(3600))
    let mission = Mission.sketch([StepSketch("a"), StepSketch("b") { $0.onInterrupt = .fail }]) {
      $0.maxConcurrentSteps = 1
    }
    let ending = await bench.harness.run(
      mission,
      ["b": bench.waiting("the start of b") { $0.contains { $0.starts.contains { $0.stepIndex == 1 } } }])
    #expect(ending == .finished(.completed))
  }

  @Test func `a checkpoint is durable when the step goes on`() async {
    let bench = Bench(interval: .seconds(3600))
    let ending = await bench.harness.run(
      Self.three,
      [
        "b": { context throws(StepFailure) in
          try await context.checkpoint.store(["turn": 1])
          guard bench.recorded.value.contains(where: { !$0.checkpoints.isEmpty }) else {
            throw StepFailure("not recorded")
          }
          return .null
        }
      ])
    #expect(ending == .finished(.completed))
  }

  @Test func `nothing is held back while no step runs`() async {
    let bench = Bench(interval: .seconds(3600))
    let mission = Mission.sketch([StepSketch("a")]) {
      $0.retryAttempts = 1
      $0.retryDelayMilliseconds = 60_000
    }
    async let rung: Void = {
      _ = try? await bench.recorded.wait("the retry") {
        $0.contains { $0.events.contains { $0.kind == .stepRetrying } }
      }
      bench.bell.update { $0 = true }
    }()
    let ending = await bench.harness.run(
      mission,
      [
        "a": { context throws(StepFailure) in
          guard context.attempt == 2 else { throw StepFailure("once") }
          return .null
        }
      ])
    await rung
    #expect(ending == .finished(.completed))
  }

  @Test func `a resumed job records each start at once`() async {
    let bench = Bench(interval: .seconds(3600))
    var job = bench.harness.job()
    job.isResumed = true
    let executor = MissionExecutor(job, mission: Self.three, services: bench.harness.services)
    let waiting = bench.waiting("the start of c") { $0.contains { $0.starts.contains { $0.stepIndex == 2 } } }
    let ending = await Script.$current.withValue(["c": waiting]) { await executor.execute() }
    #expect(ending == .finished(.completed))
  }

  @Test func `a drain writes what was held back`() async {
    let bench = Bench(interval: .seconds(3600))
    let executor = MissionExecutor(bench.harness.job(), mission: Self.three, services: bench.harness.services)
    let isRecorded = bench.waiting("the result of a", until: Self.hasResult(of: "a"))
    let work: [String: Script.Work] = [
      "b": { context throws(StepFailure) in
        await executor.drain()
        return try await isRecorded(context)
      }
    ]
    let ending = await Script.$current.withValue(work) { await executor.execute() }
    #expect(ending == .suspended)
  }
}
