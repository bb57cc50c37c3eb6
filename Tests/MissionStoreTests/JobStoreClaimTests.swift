import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct JobStoreClaimTests {
  @Test func `the highest priority goes first, then the oldest, each once`() async throws {
    let table = try await StoreFixture.open()
    for (number, priority) in [(1, 0), (2, 5), (3, 0), (4, 5), (5, -5)] {
      try await table.submit(number) { $0.priority = priority }
    }
    #expect(try await table.claim(3).map(\.id) == [2, 4, 1].map(StoreFixture.id))
    #expect(try await table.claim(9).map(\.id) == [3, 5].map(StoreFixture.id))
    #expect(try await table.claim(9).isEmpty)
    await table.close()
  }

  @Test func `a claimed job comes with all that its executor needs`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1) {
      $0.context = ["who": "me"]
      $0.document = Array(#"{"name": "x"}"#.utf8)
      $0.format = .json
    }
    let job = try #require(try await table.claim(at: 50).first)
    #expect(job.document == Array(#"{"name": "x"}"#.utf8))
    #expect(job.format == .json)
    #expect(job.context == ["who": "me"])
    #expect(job.workspace == "/jobs/1")
    #expect(job.startedAt == StoreFixture.at(50))
    #expect(job.lastEvent == 2, "queued and started")
    #expect(job.progress.results.isEmpty)
    #expect(try await table.store.job(job.id)?.state == .running(since: StoreFixture.at(50)))
    await table.close()
  }

  @Test func `one job at a time runs in a named workspace, in the order in which they came`() async throws {
    let table = try await StoreFixture.open()
    for number in 1...3 {
      try await table.submit(number) {
        $0.workspace = "/srv/shared"
        $0.isWorkspaceNamed = true
      }
    }
    try await table.submit(4)
    #expect(try await table.claim(9).map(\.id) == [1, 4].map(StoreFixture.id))
    #expect(try await table.claim(9).isEmpty)
    try await table.store.record(StoreFixture.ending(), of: StoreFixture.id(1))
    #expect(try await table.claim(9).map(\.id) == [StoreFixture.id(2)])
    await table.close()
  }

  @Test func `an interrupted job goes on from what is recorded, before anything new`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    _ = try await table.claim(at: 1000)
    var progress = Job.Progress()
    progress.total = 2
    progress.success = 1
    progress.running = 1
    var entry = JournalEntry(progress: progress, at: StoreFixture.at(1500))
    entry.endings = [
      AttemptRecord(
        stepIndex: 0, number: 1, startedAt: StoreFixture.at(1000), finishedAt: StoreFixture.at(1500),
        ending: .success)
    ]
    entry.results = [(0, StoreFixture.result("a", .success, output: ["k": [1, nil, "x"]]))]
    entry.starts = [AttemptRecord(stepIndex: 1, number: 1, startedAt: StoreFixture.at(1500))]
    entry.checkpoints = [(1, "half way")]
    entry.events = [JobEvent(.stepFinished, sequence: 3, at: StoreFixture.at(1500), stepID: "a")]
    try await table.store.record(entry, of: StoreFixture.id(1))
    await table.close()

    let next = try await StoreFixture.open(in: table.directory)
    let recovery = try await next.store.recover(now: StoreFixture.at(5000))
    #expect(recovery == Recovery(interruptedJobs: 1, interruptedAttempts: 1, queuedJobs: 0))
    try await next.submit(2) { $0.priority = 100 }
    let claimed = try await next.claim(2, at: 6000)
    #expect(claimed.map(\.id) == [1, 2].map(StoreFixture.id))
    let job = try #require(claimed.first)
    #expect(job.startedAt == StoreFixture.at(1000))
    #expect(job.lastEvent == 3)
    #expect(job.progress.results == [0: StoreFixture.result("a", .success, output: ["k": [1, nil, "x"]])])
    #expect(job.progress.checkpoints == [1: "half way"])
    #expect(
      job.progress.attempts == [
        1: RecordedAttempts(
          started: 1, interruptions: 1, drains: 0, firstStartedAt: StoreFixture.at(1500), wasRunning: true)
      ])
    let step = try #require(try await next.store.step("b", of: job.id, includesOutput: true))
    #expect(step.stored.result.status == .running)
    #expect(step.attempts.map(\.ending) == [.interrupted])
    await next.close()
  }

  @Test func `deaths are counted apart from drains`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    _ = try await table.claim()
    var entry = JournalEntry(progress: Job.Progress(waiting: 2), at: StoreFixture.at(3))
    entry.endings = [
      AttemptRecord(
        stepIndex: 0, number: 1, startedAt: StoreFixture.at(2), finishedAt: StoreFixture.at(3),
        ending: .interrupted)
    ]
    entry.starts = [AttemptRecord(stepIndex: 0, number: 2, startedAt: StoreFixture.at(3))]
    try await table.store.record(entry, of: StoreFixture.id(1))
    _ = try await table.store.recover(now: StoreFixture.at(4))
    let attempts = try await table.claim().first?.progress.attempts[0]
    #expect(
      attempts
        == RecordedAttempts(
          started: 2, interruptions: 1, drains: 1, firstStartedAt: StoreFixture.at(2), wasRunning: true))
    await table.close()
  }
}
