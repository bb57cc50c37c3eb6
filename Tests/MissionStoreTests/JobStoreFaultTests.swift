import Formats
import MissionModel
import SQLite
import TestSupport
import Testing

@testable import MissionStore

/// The job table while the disk fails at the Nth write, sync, truncation or deletion, for N = 1, 2, 3 …
@Suite(.timeLimit(.minutes(3))) struct JobStoreFaultTests {
  /// What an outside client was told.
  private struct Ledger {
    var accepted: Set<JobID> = []
    var claimed: [JobID] = []
    var finished: Set<JobID> = []
  }

  /// Three jobs from submission to end; each call may fail, and what it answered goes into the ledger.
  private func drive(_ table: StoreFixture, _ ledger: inout Ledger) async {
    for number in 1...3 where !ledger.accepted.contains(StoreFixture.id(number)) {
      if case .accepted(let job)? = try? await table.submit(number) { ledger.accepted.insert(job.id) }
    }
    for _ in 1...3 {
      guard let jobs = try? await table.claim(2) else { continue }
      ledger.claimed += jobs.map(\.id)
    }
    for id in ledger.claimed where !ledger.finished.contains(id) {
      let output = JSON.string(String(repeating: "x", count: 70_000))
      guard (try? await table.store.record(StoreFixture.ending(output: output), of: id)) != nil else {
        continue
      }
      ledger.finished.insert(id)
    }
  }

  private func check(_ ledger: Ledger, _ table: StoreFixture, _ number: Int) async throws {
    #expect(Set(ledger.claimed).count == ledger.claimed.count, "call \(number): a job was handed out twice")
    for id in ledger.accepted {
      let job = try #require(try await table.store.job(id), "call \(number): an accepted job is lost")
      if ledger.finished.contains(id) {
        #expect(job.state.isFinal, "call \(number): a recorded end is lost")
        let page = try await table.store.steps(of: id, from: 0, limit: 9, outputs: .all)
        #expect(page?.results.map(\.result.status) == [.success, .success])
        #expect(try page?.results[0].parsed().output.stringValue?.count == 70_000)
        let events = try await table.store.events(of: id, after: 0, limit: 9)
        #expect(events?.map(\.sequence) == [1, 2, 3])
      }
    }
    let problems = try await table.database.read { tx throws(SQLiteError) in
      try tx.all("PRAGMA integrity_check") { row throws(SQLiteError) in row.text(0) }
    }
    #expect(problems == ["ok"])
    let orphans = try await table.count(
      "SELECT count(*) FROM step_results WHERE key >> 20 NOT IN (SELECT number FROM jobs)")
    #expect(orphans == 0)
  }

  @Test(arguments: [FaultyVFS.writeError, FaultyVFS.syncError, 13])
  func `whatever call fails, no job is lost and none is handed out twice`(code: Int32) async throws {
    var number = 0
    var sawEveryCallWork = false
    while !sawEveryCallWork {
      number += 1
      let directory = try TemporaryDirectory()
      try await StoreFixture.open(in: directory).close()
      let disk = FaultyVFS()
      let table = try await StoreFixture.open(in: directory, disk: disk)
      var ledger = Ledger()
      disk.fail(.once(at: number, code: code))
      await drive(table, &ledger)
      sawEveryCallWork = disk.calls < number
      disk.fail(.none)
      await drive(table, &ledger)  // the same program goes on, without a restart
      #expect(ledger.finished.count == 3, "call \(number): service did not come back")
      try await check(ledger, table, number)
      await table.close()
    }
    #expect(number > 20)
  }

  @Test func `a daemon that dies at any call finds all that it had acknowledged`() async throws {
    for number in 1...60 {
      let directory = try TemporaryDirectory()
      try await StoreFixture.open(in: directory).close()
      let disk = FaultyVFS()
      let dying = try await StoreFixture.open(in: directory, disk: disk)
      var ledger = Ledger()
      disk.fail(.from(number, code: FaultyVFS.writeError))
      await drive(dying, &ledger)
      await dying.close()
      let next = try await StoreFixture.open(in: directory)
      try await check(ledger, next, number)
      let recovery = try await next.store.recover(now: StoreFixture.at(9000))
      let claimed = try await next.claim(9).map(\.id)
      #expect(claimed.count == recovery.interruptedJobs + recovery.queuedJobs)
      #expect(ledger.finished.isDisjoint(with: claimed), "call \(number): a finished job came again")
      await next.close()
    }
  }
}
