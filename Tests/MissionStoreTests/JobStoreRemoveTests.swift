import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct JobStoreRemoveTests {
  @Test func `a deleted job leaves not one row`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1) {
      $0.labels = ["a": "b"]
      $0.idempotencyKey = .init(owner: "me", key: "k", fingerprint: [1])
      $0.document = [UInt8](repeating: 32, count: 1_000_000)
    }
    #expect(try await table.store.delete(StoreFixture.id(1), now: StoreFixture.at(9000)) == .unfinished)
    _ = try await table.claim()
    let entry = StoreFixture.ending(output: .string(String(repeating: "x", count: 100_000)))
    try await table.store.record(entry, of: StoreFixture.id(1))
    let removed = RemovedJob(id: StoreFixture.id(1), workspace: "/jobs/1")
    #expect(try await table.store.delete(StoreFixture.id(1), now: StoreFixture.at(9000)) == .deleted(removed))
    #expect(try await table.store.delete(StoreFixture.id(1), now: StoreFixture.at(9000)) == .unknown)
    let rows = try await table.count(
      """
      SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM job_labels)
        + (SELECT count(*) FROM documents) + (SELECT count(*) FROM idempotency_keys)
        + (SELECT count(*) FROM document_chunks)
        + (SELECT count(*) FROM step_ids) + (SELECT count(*) FROM step_results)
        + (SELECT count(*) FROM step_outputs) + (SELECT count(*) FROM attempts)
        + (SELECT count(*) FROM checkpoints) + (SELECT count(*) FROM events) + (SELECT count(*) FROM removals)
      """)
    #expect(rows == 0)
    await table.close()
  }

  @Test func `retention goes by age and by number, oldest first`() async throws {
    let table = try await StoreFixture.open()
    for number in 1...6 { try await table.finish(number, at: Int64(number) * 10_000) }
    try await table.submit(7)
    func expire(before: Int64, keeping: Int) async throws -> [JobID] {
      let rule = RetentionRule(finishedBefore: StoreFixture.at(before), keptJobs: keeping)
      return try await table.store.expire(rule, limit: 2, now: StoreFixture.at(9000)).map(\.id)
    }
    #expect(try await expire(before: 20_000, keeping: 100) == [1].map(StoreFixture.id))
    #expect(try await expire(before: 20_000, keeping: 2) == [2, 3].map(StoreFixture.id))
    #expect(try await expire(before: 20_000, keeping: 2) == [4].map(StoreFixture.id))
    #expect(try await expire(before: 20_000, keeping: 2) == [])
    #expect(try await table.store.list(JobFilter()).jobs.map(\.id) == [7, 6, 5].map(StoreFixture.id))
    await table.close()
  }

  @Test func `a workspace that was named or handed over is nobody's to remove`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1) { $0.isWorkspaceNamed = true }
    _ = try await table.claim()
    try await table.store.record(StoreFixture.ending(), of: StoreFixture.id(1))
    try await table.finish(2)
    _ = try await table.store.retry(
      StoreFixture.id(2), RetryRequest(id: StoreFixture.id(3), at: StoreFixture.at(9)))
    let expired = try await table.store.expireWorkspaces(
      finishedBefore: StoreFixture.at(99_999), failedBefore: StoreFixture.at(99_999), limit: 10)
    #expect(expired.isEmpty)
    for number in 1...2 {
      let gone = RemovedJob(id: StoreFixture.id(number), workspace: nil)
      #expect(try await table.store.delete(gone.id, now: StoreFixture.at(9000)) == .deleted(gone))
    }
    await table.close()
  }

  @Test(arguments: [JobState.Outcome.failed, .cancelled])
  func `jobs that were not completed keep their workspaces longer`(outcome: JobState.Outcome) async throws {
    let table = try await StoreFixture.open()
    try await table.finish(1)
    try await table.finish(2, outcome)
    func expire(_ finished: Int64, _ failed: Int64) async throws -> [JobID] {
      try await table.store.expireWorkspaces(
        finishedBefore: StoreFixture.at(finished), failedBefore: StoreFixture.at(failed), limit: 10
      ).map(\.id)
    }
    #expect(try await expire(3000, 1000) == [StoreFixture.id(1)])
    #expect(try await expire(3000, 1000) == [])
    #expect(try await expire(3000, 3000) == [StoreFixture.id(2)])
    await table.close()
  }
}
