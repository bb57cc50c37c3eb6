import Formats
import MissionModel
import SQLite
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct JobStoreAuditTests {
  private static let secret = "planted-secret"

  private func actions(_ page: AuditPage) -> [String] {
    page.entries.map { (try? JSONParser.parse($0.text))?["action"]?.stringValue ?? "?" }
  }

  private func note(_ number: Int, job: Int? = nil, at time: Int64? = nil) -> AuditEntry {
    AuditEntry(
      .toolCalled, at: StoreFixture.at(time ?? Int64(number)), jobID: job.map(StoreFixture.id),
      details: ["number": JSON(number)])
  }

  @Test func `what changes a job is in the trail with whoever asked for it`() async throws {
    let table = try await StoreFixture.open()
    let ci = AuditActor(name: "token ci", address: "127.0.0.1")
    try await table.submit(1) { $0.actor = ci }
    try await table.submit(2)
    _ = try await table.store.cancel(StoreFixture.id(2), now: StoreFixture.at(50), by: ci)
    var retry = RetryRequest(id: StoreFixture.id(3), at: StoreFixture.at(60))
    retry.actor = ci
    _ = try await table.store.retry(StoreFixture.id(2), retry)
    _ = try await table.store.delete(StoreFixture.id(2), now: StoreFixture.at(70), by: ci)
    let page = try await table.store.audit(AuditFilter())
    #expect(
      actions(page) == ["job.deleted", "job.retried", "job.cancelled", "job.submitted", "job.submitted"])
    #expect(page.entries.map(\.sequence) == [5, 4, 3, 2, 1])
    let submitted = try JSONParser.parse(page.entries[4].text)
    #expect(submitted["who"] == "token ci")
    #expect(submitted["address"] == "127.0.0.1")
    #expect(submitted["details"]?["name"] == "build")
    #expect(try await table.store.verifyAudit().verified == 5)
    await table.close()
  }

  @Test func `a repeat, a refusal and a job that is over already leave no entry`() async throws {
    let table = try await StoreFixture.open(maxQueued: 1)
    let key = Submission.IdempotencyKey(owner: "uid 0", key: "k", fingerprint: [1])
    try await table.submit(1) { $0.idempotencyKey = key }
    try await table.submit(2) { $0.idempotencyKey = key }
    try await table.submit(3)
    _ = try await table.store.cancel(StoreFixture.id(1), now: StoreFixture.at(50))
    _ = try await table.store.cancel(StoreFixture.id(1), now: StoreFixture.at(51))
    #expect(actions(try await table.store.audit(AuditFilter())) == ["job.cancelled", "job.submitted"])
    await table.close()
  }

  @Test func `what a job does is written in the transaction that records it`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    _ = try await table.claim()
    var entry = StoreFixture.ending()
    entry.audit = (0..<130).map { note($0, job: 1) }
    try await table.store.record(entry, of: StoreFixture.id(1))
    #expect(try await table.count("SELECT count(*) FROM audit") == 1 + 3, "64 entries a row")
    let unknown = await #expect(throws: StoreError.self) {
      try await table.store.record(entry, of: StoreFixture.id(2))
    }
    #expect(unknown?.kind == .refused)
    #expect(try await table.store.verifyAudit().verified == 131, "what was refused left nothing")
    await table.close()
  }

  @Test func `pages hold each entry once, whatever rows they share`() async throws {
    let table = try await StoreFixture.open()
    for start in stride(from: 0, to: 200, by: 50) {
      try await table.store.auditTrail.record((start..<start + 50).map { note($0, job: $0 % 2) })
    }
    var numbers: [Int64] = []
    var filter = AuditFilter()
    filter.limit = 7
    repeat {
      let page = try await table.store.audit(filter)
      numbers += page.entries.map(\.sequence)
      filter.cursor = page.next
    } while filter.cursor != nil
    #expect(numbers == (1...200).reversed().map(Int64.init))
    filter.jobID = StoreFixture.id(1)
    filter.limit = 500
    #expect(try await table.store.audit(filter).entries.count == 100)
    await table.close()
  }

  @Test func `times bound what is shown, and never go back along the trail`() async throws {
    let table = try await StoreFixture.open()
    for (number, time) in [(1, 100), (2, 300), (3, 200), (4, 400)] as [(Int, Int64)] {
      try await table.store.auditTrail.record([note(number, at: time)])
    }
    func shown(since: Int64?, until: Int64?) async throws -> [Int64] {
      var filter = AuditFilter()
      filter.since = since.map(StoreFixture.at)
      filter.until = until.map(StoreFixture.at)
      return try await table.store.audit(filter).entries.map(\.sequence)
    }
    #expect(try await shown(since: 300, until: nil) == [4, 3, 2])
    #expect(try await shown(since: nil, until: 300) == [1])
    #expect(try await shown(since: 101, until: 400) == [3, 2])
    #expect(try await shown(since: 401, until: nil) == [])
    await table.close()
  }

  @Test func `retention leaves a chain that verifies, with an entry about what it removed`() async throws {
    let table = try await StoreFixture.open()
    for number in 1...10 { try await table.store.auditTrail.record([note(number)]) }
    let removed = try await table.store.trimAudit(
      before: StoreFixture.at(6), rows: 100, now: StoreFixture.at(20))
    #expect(removed == 5)
    #expect(
      try await table.store.trimAudit(before: StoreFixture.at(6), rows: 100, now: StoreFixture.at(20)) == 0)
    #expect(try await table.store.oldestAudit() == StoreFixture.at(6))
    let verdict = try await table.store.verifyAudit()
    #expect(verdict.isSound)
    #expect(verdict.verified == 6)
    #expect(verdict.through == 11)
    #expect(actions(try await table.store.audit(AuditFilter())).first == "trail.trimmed")
    _ = try await table.store.trimAudit(before: StoreFixture.at(9), rows: 1, now: StoreFixture.at(30))
    #expect(try await table.store.verifyAudit().isSound)
    #expect(try await table.store.oldestAudit() == StoreFixture.at(7))
    await table.close()
  }

  @Test(arguments: [
    ("UPDATE audit SET entries = '{}'", "the audit trail is never changed"),
    ("DELETE FROM audit WHERE key = 1", "the audit trail is shortened by retention only"),
    (
      "INSERT INTO audit VALUES (9, 0, NULL, zeroblob(32), '{}')", "the audit trail grows at its end only"
    ),
    ("INSERT INTO audit VALUES (2, 0, NULL, zeroblob(64), '{}')", "the audit trail grows at its end only"),
    ("UPDATE audit_anchor SET sequence = -1", "the anchor of the audit trail never goes back"),
    ("DELETE FROM audit_anchor", "the audit trail has one anchor"),
  ])
  func `the schema lets nobody change the trail`(change: String, message: String) async throws {
    let table = try await StoreFixture.open()
    try await table.store.auditTrail.record([note(1)])
    let error = await #expect(throws: SQLiteError.self) {
      try await table.database.write { tx throws(SQLiteError) in
        try tx.prepare(composed: change).execute()
      }
    }
    #expect(error?.message.contains(message) == true)
    await table.close()
  }

  @Test func `no secret is in the trail, however it came there`() async throws {
    let directory = try TemporaryDirectory()
    let database = try await Database.open(.init(path: directory / "missiond.db"))
    let store = try await JobStore(database, maxQueued: 10) { Masker([Self.secret]) }
    var submission = StoreFixture.submission(1)
    submission.name = "deploy with \(Self.secret)"
    submission.workspace = "/jobs/\(Self.secret)"
    _ = try await store.submit(submission)
    try await store.auditTrail.record([
      AuditEntry(.denied, at: StoreFixture.at(1), details: [Self.secret: .array([.string(Self.secret)])])
    ])
    let texts = try await store.audit(AuditFilter()).entries.map(\.text)
    #expect(texts.count == 2)
    #expect(!texts.joined().contains(Self.secret))
    #expect(try await store.verifyAudit().isSound)
    await database.close()
  }
}
