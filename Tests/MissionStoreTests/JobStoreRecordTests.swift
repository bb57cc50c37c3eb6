import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct JobStoreRecordTests {
  @Test func `what an entry says is what every answer shows`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    _ = try await table.claim()
    try await table.store.record(StoreFixture.ending(.failed), of: StoreFixture.id(1))
    let job = try #require(try await table.store.job(StoreFixture.id(1)))
    #expect(job.state == .finished(.failed, since: StoreFixture.at(1000), at: StoreFixture.at(2000)))
    #expect(job.error == "step \"b\" failed")
    #expect(job.progress.failed == 1)
    #expect(job.revision == 3, "one for the claim, one for the entry")
    let page = try #require(
      try await table.store.steps(of: job.id, from: 0, limit: 10, outputs: .all))
    #expect(page.results.map(\.result.stepID) == ["a", "b"])
    #expect(page.results.map(\.result.status) == [.success, .failed])
    #expect(page.results[1].result.error == "it broke")
    #expect(page.next == nil)
    let step = try #require(try await table.store.step("b", of: job.id, includesOutput: true))
    #expect(step.attempts.map(\.ending) == [.failed])
    await table.close()
  }

  @Test func `recording the same entry again changes nothing but the revision`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    _ = try await table.claim()
    let entry = StoreFixture.ending()
    try await table.store.record(entry, of: StoreFixture.id(1))
    try await table.store.record(entry, of: StoreFixture.id(1))
    #expect(try await table.count("SELECT count(*) FROM attempts") == 2)
    #expect(try await table.count("SELECT count(*) FROM step_results") == 2)
    #expect(try await table.count("SELECT count(*) FROM events") == 3)
    await table.close()
  }

  @Test
  func `tokens are the job's own sum: kept, handed to the next executor, and not taken over by a retry`()
    async throws
  {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    #expect(try await table.claim().first?.progress.tokens == nil)
    #expect(try await table.store.job(StoreFixture.id(1))?.tokens == nil)
    var entry = StoreFixture.ending()
    entry.outcome = nil
    entry.tokens = TokenUsage(prompt: 100, completion: 10)
    try await table.store.record(entry, of: StoreFixture.id(1))
    try await table.store.record(entry, of: StoreFixture.id(1))
    _ = try await table.store.recover(now: StoreFixture.at(3000))
    #expect(try await table.claim().first?.progress.tokens == TokenUsage(prompt: 100, completion: 10))
    try await table.store.record(StoreFixture.ending(event: 9), of: StoreFixture.id(1))
    #expect(
      try await table.store.job(StoreFixture.id(1))?.tokens == TokenUsage(prompt: 100, completion: 10))
    let retry = RetryRequest(id: StoreFixture.id(2), at: StoreFixture.at(4000))
    guard case .accepted(let job) = try await table.store.retry(StoreFixture.id(1), retry) else {
      return #expect(Bool(false), "the job is finished")
    }
    #expect(job.tokens == nil)
    await table.close()
  }

  @Test func `what models used in the attempts of a step that goes on is summed for the next executor`()
    async throws
  {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    _ = try await table.claim()
    let progress = Job.Progress(waiting: 2)
    var first = JournalEntry(progress: progress, at: StoreFixture.at(1000))
    first.starts = [AttemptRecord(stepIndex: 1, number: 1, startedAt: StoreFixture.at(1000))]
    first.spent = [(1, 1, TokenUsage(prompt: 10, completion: 1))]
    var second = JournalEntry(progress: progress, at: StoreFixture.at(2000))
    second.endings = [
      AttemptRecord(
        stepIndex: 1, number: 1, startedAt: StoreFixture.at(1000), finishedAt: StoreFixture.at(2000),
        ending: .failed)
    ]
    second.starts = [
      AttemptRecord(stepIndex: 0, number: 1, startedAt: StoreFixture.at(2000)),
      AttemptRecord(stepIndex: 1, number: 2, startedAt: StoreFixture.at(2000)),
    ]
    // The later sum of an attempt holds, not both together.
    second.spent = [
      (1, 1, TokenUsage(prompt: 20, completion: 2)), (1, 2, TokenUsage(prompt: 5, completion: 4)),
    ]
    try await table.store.record(first, of: StoreFixture.id(1))
    try await table.store.record(second, of: StoreFixture.id(1))
    _ = try await table.store.recover(now: StoreFixture.at(3000))
    let attempts = try await table.claim().first?.progress.attempts
    #expect(attempts?[0]?.tokens == nil)
    #expect(attempts?[1]?.tokens == TokenUsage(prompt: 25, completion: 6))
    await table.close()
  }

  @Test func `no checkpoint outlives its job`() async throws {
    let table = try await StoreFixture.open()
    for number in 1...2 { try await table.submit(number) }
    _ = try await table.claim(2)
    for number in 1...2 {
      var entry = StoreFixture.ending()
      entry.outcome = nil
      entry.checkpoints = [(0, "half way"), (1, "there")]
      try await table.store.record(entry, of: StoreFixture.id(number))
    }
    #expect(try await table.count("SELECT count(*) FROM checkpoints") == 4)
    try await table.store.record(StoreFixture.ending(event: 9), of: StoreFixture.id(1))
    #expect(try await table.count("SELECT count(*) FROM checkpoints") == 2)
    await table.close()
  }

  @Test func `an output of any size comes back`() async throws {
    let table = try await StoreFixture.open()
    let output = JSON.string(String(repeating: "ü", count: 200_000))
    try await table.submit(1)
    _ = try await table.claim()
    try await table.store.record(StoreFixture.ending(output: output), of: StoreFixture.id(1))
    #expect(try await table.count("SELECT count(*) FROM step_outputs") == 1)
    let size = 400_002
    let wanted: [(OutputChoice, isThere: Bool)] = [
      (.all, true), (.none, false), (.ifTogether(atMost: size), true), (.ifTogether(atMost: size - 1), false),
    ]
    for (outputs, isThere) in wanted {
      let page = try #require(
        try await table.store.steps(of: StoreFixture.id(1), from: 0, limit: 1, outputs: outputs))
      let first = try #require(page.results.first)
      #expect(try first.parsed().output == (isThere ? output : .null), "\(outputs)")
      #expect(first.outputSize == size && first.isLeftOut != isThere)
      #expect(page.hasOutputs == isThere && page.next == 1)
    }
    await table.close()
  }

  @Test func `a job that is not there cannot do anything`() async throws {
    let table = try await StoreFixture.open()
    let error = await #expect(throws: StoreError.self) {
      try await table.store.record(StoreFixture.ending(), of: StoreFixture.id(9))
    }
    #expect(error == StoreError(.refused, "record what job \(StoreFixture.id(9)) did: there is no such job"))
    await table.close()
  }

  @Test func `a finished job cannot go back or wait`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    let early = await #expect(throws: StoreError.self) {
      try await table.store.record(StoreFixture.ending(), of: StoreFixture.id(1))
    }
    #expect(early?.kind == .refused, "a job that was never claimed cannot complete")
    #expect(try await table.store.job(StoreFixture.id(1))?.state == .queued)
    await table.close()
  }
}
