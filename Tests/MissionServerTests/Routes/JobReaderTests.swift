import Formats
import MissionModel
import MissionStore
import SQLite
import TestSupport
import Testing

@testable import MissionServer

@Suite(.timeLimit(.minutes(1))) struct JobReaderTests {
  private static let steps = 2500
  private let directory: TemporaryDirectory
  private let store: JobStore
  private let id: JobID

  init() async throws {
    directory = try TemporaryDirectory()
    store = try await JobStore(Database.open(.init(path: directory / "jobs.db")), maxQueued: 10)
    id = try WireFixture.job().id
    _ = try await store.submit(
      Submission(
        id: id, name: "big", version: "1.0", document: Array("name: big".utf8), format: .yaml,
        stepIDs: (0..<Self.steps).map { "s\($0)" }, workspace: "/w", at: WireFixture.at(0)))
  }

  /// An entry in which steps succeed, with the events that an executor would write.
  private func succeed(_ places: [Int], of progress: inout Job.Progress, _ event: inout Int64) -> JournalEntry
  {
    for _ in places { progress.move(from: .pending, to: .success) }
    var entry = JournalEntry(progress: progress, at: WireFixture.at(event))
    for place in places {
      event += 1
      entry.results.append(
        (
          place,
          StepResult(
            stepID: "s\(place)", status: .success, output: .string("done \(place)"), attempts: 1,
            startedAt: WireFixture.at(1), finishedAt: WireFixture.at(2))
        ))
      entry.events.append(
        JobEvent(
          .stepFinished, sequence: event, at: WireFixture.at(event), stepID: "s\(place)", attempt: 1,
          status: "success"))
    }
    return entry
  }

  /// A reader during which the job goes on: `entries[n]` is recorded before transaction n.
  private func reader(_ entries: [[JournalEntry]]) -> JobReader {
    var reader = JobReader(store, id, outputs: .all)
    let (page, changes) = (reader.page, reader.changes)
    let (store, id) = (store, id)
    let transactions = Observed(0)
    let goOn = { @Sendable () async throws(StoreError) in
      let number = transactions.update { count in
        count += 1
        return count - 1
      }
      guard number < entries.count else { return }
      for entry in entries[number] { try await store.record(entry, of: id) }
    }
    reader.page = { place, outputs throws(StoreError) in
      try await goOn()
      return try await page(place, outputs)
    }
    reader.changes = { event, places, includesOutputs throws(StoreError) in
      try await goOn()
      return try await changes(event, places, includesOutputs)
    }
    return reader
  }

  private func count(_ results: [StoredResult], _ status: StepStatus) -> Int {
    results.filter { $0.result.status == status }.count
  }

  @Test func `pages between which nothing happens are one moment`() async throws {
    let (job, results) = try #require(await reader([]).read())
    #expect(job.state == .queued)
    #expect(results.map(\.result.stepID) == (0..<Self.steps).map { "s\($0)" })
  }

  @Test func `what changes before, behind and between the pages is shown as of the job's own moment`()
    async throws
  {
    let claimed = try #require(await store.claim(limit: 1, now: WireFixture.at(1)).first)
    var (progress, event) = (Job.Progress(waiting: Self.steps), claimed.lastEvent)
    // Before the first page; behind it and ahead of it; all of the rest before the second catching-up.
    let entries = [
      [succeed([2499], of: &progress, &event)],
      [succeed([0, 1500], of: &progress, &event)],
      [succeed([1, 2400], of: &progress, &event), succeed([2], of: &progress, &event)],
      [succeed([3], of: &progress, &event)],
      [succeed(Array(4..<1400), of: &progress, &event)],
    ]
    let (job, results) = try #require(await reader(entries).read())
    #expect(job.progress.success == count(results, .success))
    #expect(job.progress.pending == count(results, .pending))
    #expect(count(results, .success) == 7)
    #expect(try results[2].parsed().output == "done 2")
    #expect(results[4].result.status == .pending)
    #expect(results.map(\.result.stepID) == (0..<Self.steps).map { "s\($0)" })
  }

  @Test func `more changes than one transaction takes are caught up with in several`() async throws {
    let claimed = try #require(await store.claim(limit: 1, now: WireFixture.at(1)).first)
    var (progress, event) = (Job.Progress(waiting: Self.steps), claimed.lastEvent)
    let parts = stride(from: 0, to: 1200, by: 100).map { start in
      succeed(Array(start..<start + 100), of: &progress, &event)
    }
    let later = succeed([2000], of: &progress, &event)
    // They happen behind the first page, and one more while they are read.
    let (job, results) = try #require(await reader([[], parts, [], [], [later]]).read())
    #expect(job.progress.success == 1201)
    #expect(count(results, .success) == 1201)
  }

  @Test func `a job that is cancelled while it waits is read again, as it ended`() async throws {
    let store = store
    let id = id
    var reader = JobReader(store, id, outputs: .none)
    let (page, pages) = (reader.page, Observed(0))
    reader.page = { place, outputs throws(StoreError) in
      pages.update { $0 += 1 }
      if pages.value == 2 { _ = try await store.cancel(id, now: WireFixture.at(9), by: .daemon) }
      return try await page(place, outputs)
    }
    let (job, results) = try #require(await reader.read())
    #expect(job.state == .finished(.cancelled, since: nil, at: WireFixture.at(9)))
    #expect(count(results, .skipped) == Self.steps)
    #expect(pages.value == 6)
  }

  @Test func `a job that is not there is none`() async throws {
    let other = try #require(JobID("01890000-0000-7000-8000-00000000ffff"))
    #expect(try await JobReader(store, other, outputs: .all).read() == nil)
  }
}
