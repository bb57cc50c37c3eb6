import Formats
import MissionModel
import MissionStore
import SQLite
import TestSupport
import Testing

@testable import MissionServer

@Suite(.timeLimit(.minutes(1))) struct AuditWatchTests {
  @Test func `each look goes on where the last one ended, and a full one finds what was changed since`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let database = try await Database.open(.init(path: directory / "missiond.db"))
    let store = try await JobStore(database, maxQueued: 10)
    let watch = AuditWatch(store)
    let entry = AuditEntry(.denied, at: Timestamp(milliseconds: 5))
    try await store.auditTrail.record([entry])
    #expect(try await watch.verify().verified == 1)
    try await database.write { tx throws(SQLiteError) in
      try tx.run(script: "DROP TRIGGER audit_keeps; UPDATE audit SET entries = '{}'")
    }
    try await store.auditTrail.record([entry])
    #expect(try await watch.verify().isSound, "what was verified is not looked at again")
    #expect(try await watch.verify(fromStart: true).firstBad?.sequence == 1)
    #expect(try await watch.verify().firstBad?.sequence == 1, "and it is not forgotten")
    await database.close()
  }
}
