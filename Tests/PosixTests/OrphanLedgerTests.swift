import Testing

@testable import Posix

@Suite struct OrphanLedgerTests {
  private func orphan(_ pid: Int32, at ticks: UInt64 = 50) -> ProcessEntry {
    ProcessEntry(pid: pid, parent: 1, session: pid, startTicks: ticks)
  }

  @Test func `an orphan is held by every attempt that ran, until only one is left`() {
    var ledger = OrphanLedger()
    ledger.update([orphan(7)], running: [(1, 10), (2, 20)])
    #expect(ledger.heldOnly(by: 1).isEmpty)
    ledger.end(1)
    #expect(ledger.heldOnly(by: 2) == [7])
  }

  @Test func `an attempt that began after the orphan did does not hold it`() {
    var ledger = OrphanLedger()
    ledger.update([orphan(7, at: 50)], running: [(1, 10), (2, 60)])
    #expect(ledger.heldOnly(by: 1) == [7])
  }

  @Test func `an attempt that begins later does not hold what was known before`() {
    var ledger = OrphanLedger()
    ledger.update([orphan(7)], running: [(1, 10)])
    ledger.update([orphan(7)], running: [(1, 10), (2, 40)])
    #expect(ledger.heldOnly(by: 1) == [7])
  }

  @Test func `an orphan that has gone is forgotten, also when its number comes again`() {
    var ledger = OrphanLedger()
    ledger.update([orphan(7)], running: [(1, 10)])
    ledger.update([orphan(7, at: 90)], running: [(2, 80)])
    #expect(ledger.heldOnly(by: 1).isEmpty)
    #expect(ledger.heldOnly(by: 2) == [7])
    ledger.update([], running: [(2, 80)])
    #expect(ledger.isEmpty)
  }
}
