import Formats
import MissionModel
import SQLite
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct JobStoreTests {
  @Test func `a submitted job is queued, with all its steps waiting`() async throws {
    let table = try await StoreFixture.open()
    let outcome = try await table.submit(1) {
      $0.labels = ["team": "core"]
      $0.warnings = ["odd"]
      $0.priority = 7
    }
    let job = try #require(try await table.store.job(StoreFixture.id(1)))
    #expect(outcome == .accepted(job))
    #expect(job.state == .queued)
    #expect(job.progress == Job.Progress(waiting: 2))
    #expect(job.labels == ["team": "core"])
    #expect(job.warnings == ["odd"])
    #expect(job.priority == 7)
    #expect(job.revision == 1)
    #expect(job.createdAt == StoreFixture.at(1))
    await table.close()
  }

  @Test func `the same request twice makes one job, another one with its key is told so`() async throws {
    let table = try await StoreFixture.open()
    func submit(_ number: Int, fingerprint: UInt8, owner: String = "ci") async throws -> SubmissionOutcome {
      try await table.submit(number) {
        $0.idempotencyKey = .init(owner: owner, key: "k", fingerprint: [fingerprint])
      }
    }
    async let first = submit(1, fingerprint: 1)
    async let second = submit(2, fingerprint: 1)
    let outcomes = [try await first, try await second]
    let accepted = outcomes.compactMap { if case .accepted(let job) = $0 { job } else { nil } }
    #expect(accepted.count == 1)
    #expect(outcomes.contains(.repeated(accepted[0])))
    #expect(try await submit(3, fingerprint: 2) == .keyInUse)
    guard case .accepted = try await submit(4, fingerprint: 2, owner: "other") else {
      return #expect(Bool(false), "keys belong to their owners")
    }
    await table.close()
  }

  @Test func `no more jobs wait than are allowed`() async throws {
    let table = try await StoreFixture.open(maxQueued: 2)
    for number in 1...2 {
      guard case .accepted = try await table.submit(number) else { return #expect(Bool(false)) }
    }
    #expect(try await table.submit(3) == .queueFull)
    _ = try await table.claim()
    guard case .accepted = try await table.submit(3) else { return #expect(Bool(false)) }
    #expect(try await table.submit(4) == .queueFull)
    await table.close()
  }

  @Test func `a list goes newest first, by pages, through any filter`() async throws {
    let table = try await StoreFixture.open()
    for number in 1...7 {
      try await table.submit(number) {
        $0.name = number % 2 == 0 ? "even" : "odd"
        $0.labels = number > 4 ? ["size": "big", "n": "\(number)"] : [:]
      }
    }
    func numbers(_ change: (inout JobFilter) -> Void) async throws -> [Int] {
      var filter = JobFilter()
      change(&filter)
      return try await table.store.list(filter).jobs.map { Int($0.id.description.suffix(2)) ?? 0 }
    }
    #expect(try await numbers { _ in } == [7, 6, 5, 4, 3, 2, 1])
    #expect(try await numbers { $0.name = "even" } == [6, 4, 2])
    #expect(try await numbers { $0.labels = ["size": "big"] } == [7, 6, 5])
    #expect(try await numbers { $0.labels = ["size": "big", "n": "6"] } == [6])
    #expect(try await numbers { $0.status = "queued" }.count == 7)
    #expect(try await numbers { $0.status = "completed" } == [])
    var filter = JobFilter()
    filter.limit = 3
    let first = try await table.store.list(filter)
    filter.cursor = first.next
    let second = try await table.store.list(filter)
    #expect(second.jobs.map(\.id) == [4, 3, 2].map(StoreFixture.id))
    filter.cursor = second.next
    let third = try await table.store.list(filter)
    #expect(third.jobs.map(\.id) == [StoreFixture.id(1)])
    #expect(third.next == nil)
    await table.close()
  }

  @Test func `cancelling ends what waits, asks what runs, and leaves what is over`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    guard case .cancelled(let job) = try await table.store.cancel(StoreFixture.id(1), now: StoreFixture.at(9))
    else { return #expect(Bool(false)) }
    #expect(job.state == .finished(.cancelled, since: nil, at: StoreFixture.at(9)))
    let page = try await table.store.steps(of: job.id, from: 0, limit: 9, outputs: .all)
    #expect(page?.results.map(\.result.status) == [.skipped, .skipped])
    #expect(try await table.store.events(of: job.id, after: 1, limit: 9)?.map(\.kind) == [.jobFinished])

    try await table.submit(2)
    _ = try await table.claim()
    guard
      case .requested(let running) = try await table.store.cancel(StoreFixture.id(2), now: StoreFixture.at(9))
    else { return #expect(Bool(false)) }
    #expect(running.isCancelRequested)
    #expect(
      try await table.store.cancel(StoreFixture.id(1), now: StoreFixture.at(10)) == .alreadyFinished(job))
    #expect(try await table.store.cancel(StoreFixture.id(3), now: StoreFixture.at(10)) == .unknown)
    await table.close()
  }

  @Test func `events come again from any number on`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    var entry = JournalEntry(progress: Job.Progress(waiting: 2), at: StoreFixture.at(5))
    entry.events = (3...5).map {
      JobEvent(.stepStarted, sequence: $0, at: StoreFixture.at(5), stepID: "a", attempt: 1)
    }
    _ = try await table.claim()
    try await table.store.record(entry, of: StoreFixture.id(1))
    for after in 0...5 {
      let events = try #require(
        try await table.store.events(of: StoreFixture.id(1), after: Int64(after), limit: 100))
      #expect(events.map(\.sequence) == Array(Int64(after) + 1..<6))
    }
    #expect(try await table.store.events(of: StoreFixture.id(2), after: 0, limit: 1) == nil)
    await table.close()
  }

  @Test func `a full disk is an answer that says what to do`() async throws {
    let directory = try TemporaryDirectory()
    try await StoreFixture.open(in: directory).close()
    let disk = FaultyVFS()
    let table = try await StoreFixture.open(in: directory, disk: disk)
    disk.fail(.from(1, code: 13))
    let error = await #expect(throws: StoreError.self) { try await table.submit(1) }
    #expect(error?.kind == .unavailable)
    #expect(
      error?.message == "submit job \(StoreFixture.id(1)): database or disk is full (13); "
        + "free space on the disk of the database")
    disk.fail(.none)
    try await table.submit(1)
    await table.close()
  }
}
