import Formats
import MissionModel
import SQLite
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct JobStoreAuditCheckTests {
  private func filled(_ count: Int = 10) async throws -> StoreFixture {
    let table = try await StoreFixture.open()
    for number in 1...count {
      try await table.store.auditTrail.record([
        AuditEntry(
          .toolCalled, at: StoreFixture.at(Int64(number)), jobID: StoreFixture.id(1 + number % 2),
          details: ["number": JSON(number)])
      ])
    }
    return table
  }

  /// Does what a person with the file and a tool can do: the schema's triggers go first.
  private func tamper(_ table: StoreFixture, _ script: String) async throws {
    try await table.database.write { tx throws(SQLiteError) in
      try tx.run(
        script: """
          DROP TRIGGER audit_keeps; DROP TRIGGER audit_stays; DROP TRIGGER audit_appends;
          DROP TRIGGER audit_anchor_advances;
          \(script)
          """)
    }
  }

  @Test func `a trail as it was written verifies, from its start and from where one left off`() async throws {
    let table = try await filled()
    let first = try await table.store.verifyAudit()
    #expect(first.isSound)
    #expect(first.verified == 10)
    #expect(first.through == 10)
    let last = try await table.store.audit(AuditFilter()).entries.first
    #expect(first.head == last?.hash)
    try await table.store.auditTrail.record([AuditEntry(.denied, at: StoreFixture.at(20))])
    let second = try await table.store.verifyAudit(after: first)
    #expect(second.verified == 11)
    #expect(second.isSound)
    await table.close()
  }

  @Test func `an empty trail verifies`() async throws {
    let table = try await StoreFixture.open()
    #expect(try await table.store.verifyAudit() == AuditVerdict())
    await table.close()
  }

  @Test(arguments: [
    ("UPDATE audit SET entries = replace(entries, '5', '6') WHERE key = 5;", 5, "does not fit its hash"),
    ("UPDATE audit SET hashes = zeroblob(32) WHERE key = 4;", 4, "does not fit its hash"),
    ("DELETE FROM audit WHERE key = 3;", 3, "is missing: entry 4 follows entry 2"),
    ("DELETE FROM audit WHERE key = 1;", 1, "is missing: entry 2 follows entry 0"),
    ("UPDATE audit SET job = NULL WHERE key = 7;", 7, "is filed under another job"),
    ("UPDATE audit SET hashes = zeroblob(64) WHERE key = 8;", 8, "has not a hash for each line"),
    (
      """
      UPDATE audit_anchor SET sequence = 2, hash = (SELECT hashes FROM audit WHERE key = 2);
      DELETE FROM audit WHERE key <= 2;
      """, 3, "no entry accounts for those removed"
    ),
  ])
  func `the first entry that was changed is named`(script: String, bad: Int64, reason: String) async throws {
    let table = try await filled()
    try await tamper(table, script)
    let verdict = try await table.store.verifyAudit()
    #expect(verdict.firstBad?.sequence == bad)
    #expect(verdict.firstBad?.reason.contains(reason) == true, "\(verdict.firstBad?.reason ?? "none")")
    #expect(!verdict.isSound)
    await table.close()
  }

  @Test func `an entry put in between, with hashes of its own, breaks what follows`() async throws {
    let table = try await filled()
    let text = #"{"at":"x","who":"y","action":"denied"}"#
    let before = try await table.store.audit(AuditFilter()).entries.first { $0.sequence == 4 }
    let hash = Hex.encode(AuditChain.link(before?.hash ?? [], Array(text.utf8)))
    try await tamper(
      table,
      "UPDATE audit SET entries = '\(text)', hashes = x'\(hash)', job = NULL WHERE key = 5;")
    #expect(try await table.store.verifyAudit().firstBad?.sequence == 6)
    await table.close()
  }

  @Test func `a longer trail is verified page by page`() async throws {
    let table = try await StoreFixture.open()
    for _ in 0..<12 {
      try await table.store.auditTrail.record(
        (0..<100).map {
          AuditEntry(.toolCalled, at: StoreFixture.at(Int64($0)), jobID: StoreFixture.id($0))
        })
    }
    #expect(try await table.store.verifyAudit().verified == 1200)
    await table.close()
  }
}
