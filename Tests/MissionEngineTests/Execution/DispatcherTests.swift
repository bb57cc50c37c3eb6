import Formats
import MissionEngine
import MissionModel
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct DispatcherTests {
  /// A queue of jobs in memory.
  private actor MemoryQueue: JobQueue {
    private var jobs: [ClaimedJob]
    private(set) var largestClaim = 0

    init(_ jobs: [ClaimedJob]) { self.jobs = jobs }

    func claim(limit: Int, now: Timestamp) async throws(StoreError) -> [ClaimedJob] {
      let claimed = Array(jobs.prefix(limit))
      jobs.removeFirst(claimed.count)
      largestClaim = max(largestClaim, claimed.count)
      return claimed
    }
  }

  /// A queue whose first claim is committed before it is answered: in between, somebody does something.
  private struct SlowQueue: JobQueue {
    let jobs: MemoryQueue
    let between: @Sendable () async -> Void

    func claim(limit: Int, now: Timestamp) async throws(StoreError) -> [ClaimedJob] {
      let claimed = try await jobs.claim(limit: limit, now: now)
      if !claimed.isEmpty { await between() }
      return claimed
    }
  }

  private static let mission = Mission.sketch([StepSketch("a")])

  private static func jobs(_ count: Int) -> [ClaimedJob] {
    (0..<count).map { number in
      let digits = String(number)
      let id = "01890000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
      return ClaimedJob(
        id: JobID(id)!, document: [], format: .json, workspace: "/tmp", startedAt: EngineClock.test.now())
    }
  }

  @Test func `every queued job is carried out, and a drain waits for those that run`() async {
    let harness = EngineHarness()
    let queue = MemoryQueue(Self.jobs(20))
    let done = Countdown(20)
    var services = harness.services
    services.publish = { _, events in if events.contains(where: { $0.kind == .jobFinished }) { done.signal() }
    }
    let dispatcher = Dispatcher(queue: queue, services: services, executors: 3) { _ in Self.mission }
    await withDiscardingTaskGroup { group in
      group.addTask { await dispatcher.run() }
      await done.wait()
      await dispatcher.drain(limit: .seconds(5))
    }
    #expect(await queue.largestClaim == 3)
    #expect(await harness.journal.entries.compactMap(\.outcome).count == 20)
  }

  @Test func `a job that is cancelled while its claim is answered ends as cancelled`() async {
    let harness = EngineHarness()
    let done = Countdown(1)
    var services = harness.services
    services.publish = { _, events in if events.contains(where: { $0.kind == .jobFinished }) { done.signal() }
    }
    let job = Self.jobs(1)[0]
    let late = Observed<Dispatcher?>(nil)
    let queue = SlowQueue(jobs: MemoryQueue([job])) {
      #expect(await late.value?.cancel(job.id) == true)
    }
    let dispatcher = Dispatcher(queue: queue, services: services, executors: 1) { _ in Self.mission }
    late.update { $0 = dispatcher }
    await withDiscardingTaskGroup { group in
      group.addTask { await dispatcher.run() }
      await done.wait()
      await dispatcher.drain(limit: .seconds(5))
    }
    #expect(await harness.journal.entries.compactMap(\.outcome) == [.cancelled])
    #expect(await dispatcher.cancel(job.id) == false)
  }

  @Test func `a job whose document cannot be read any more fails with the reason`() async {
    let harness = EngineHarness()
    let done = Countdown(1)
    let journal = RecordingJournal { entry in if entry.outcome != nil { done.signal() } }
    var services = harness.services
    services.journal = journal
    let dispatcher = Dispatcher(queue: MemoryQueue(Self.jobs(1)), services: services, executors: 1) {
      _ throws(ValidationError) in throw ValidationError([Problem(at: "/steps/0", "is strange")])
    }
    await withDiscardingTaskGroup { group in
      group.addTask { await dispatcher.run() }
      await done.wait()
      await dispatcher.drain(limit: .seconds(5))
    }
    #expect(await journal.entries.last?.error == "the mission cannot be read any more: /steps/0 is strange")
  }

  @Test func `a drain that takes too long interrupts the steps, which are to be tried again`() async {
    let harness = EngineHarness()
    let started = Countdown(1)
    let dispatcher = Dispatcher(queue: MemoryQueue(Self.jobs(1)), services: harness.services, executors: 1) {
      _ in Self.mission
    }
    await Script.$current.withValue([
      "a": { context throws(StepFailure) in
        started.signal()
        try await context.sleep(.seconds(1000))
        return .null
      }
    ]) {
      await withDiscardingTaskGroup { group in
        group.addTask { await dispatcher.run() }
        await started.wait()
        await dispatcher.drain(limit: .milliseconds(1))
      }
    }
    #expect(await harness.journal.outcome == nil)
    #expect(await harness.journal.entries.flatMap(\.endings).map(\.ending) == [.drained])
  }
}
