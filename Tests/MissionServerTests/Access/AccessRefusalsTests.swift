import Formats
import MissionModel
import Posix
import Testing

@testable import MissionServer

@Suite(.timeLimit(.minutes(1))) struct AccessRefusalsTests {
  @Test func `wrong tokens are written down in order, with their address and count`() async {
    let refusals = AccessRefusals()
    for number in 1...3 { refusals.add(number, from: "10.0.0.\(number)", at: Timestamp(milliseconds: 5)) }
    refusals.close()
    let written = Lock<[AuditEntry]>([])
    await refusals.record(in: AuditTrail { entries in written.withLock { $0 += entries } }) { _ in }
    let entries = written.withLock { $0 }
    #expect(entries.map(\.action) == [.loginFailed, .loginFailed, .loginFailed])
    #expect(entries.map(\.actor.address) == ["10.0.0.1", "10.0.0.2", "10.0.0.3"])
    #expect(entries.map { $0.details["failures"] } == [1, 2, 3])
  }

  @Test func `a trail that fails is told, and more than it can take is dropped`() async {
    let refusals = AccessRefusals()
    for number in 1...1000 { refusals.add(number, from: "a", at: Timestamp(milliseconds: 5)) }
    refusals.close()
    let errors = Lock(0)
    await refusals.record(
      in: AuditTrail { _ throws(StoreError) in throw StoreError(.unavailable, "disk full") }
    ) { _ in errors.withLock { $0 += 1 } }
    #expect(errors.withLock { $0 } == 256)
  }

  @Test func `refused requests are written down with who asked, for what, and why`() async {
    let refusals = AccessRefusals()
    let actor = AuditActor(name: "uid 1001", address: "unix")
    refusals.add(
      AccessRefusal(actor: actor, path: "/missions", reason: "not here"), at: Timestamp(milliseconds: 5))
    refusals.close()
    let written = Lock<[AuditEntry]>([])
    await refusals.record(in: AuditTrail { entries in written.withLock { $0 += entries } }) { _ in }
    #expect(
      written.withLock { $0 } == [
        AuditEntry(
          .accessRefused, at: Timestamp(milliseconds: 5), by: actor,
          details: ["path": "/missions", "reason": "not here", "refusals": 1])
      ])
  }

  @Test func `a million refusals of one leave twenty entries, and hide nobody else's`() async {
    let refusals = AccessRefusals()
    func add(_ name: String, _ address: String) {
      let actor = AuditActor(name: name, address: address)
      refusals.add(
        AccessRefusal(actor: actor, path: "/", reason: "no"), at: Timestamp(milliseconds: 5),
        now: BootTime(nanoseconds: 0))
    }
    for _ in 0..<1_000_000 { add("uid 1001", "unix") }
    add("uid 1002", "unix")
    add("token ci", "10.0.0.1")
    add("token ci", "10.0.0.2")
    refusals.close()
    let written = Lock<[AuditEntry]>([])
    await refusals.record(in: AuditTrail { entries in written.withLock { $0 += entries } }) { _ in }
    let entries = written.withLock { $0 }
    #expect(entries.count == 23)
    #expect(entries.prefix(4).map { $0.details["refusals"] } == [1, 1, 2, 4])
    #expect(entries.suffix(3).map(\.actor.name) == ["uid 1002", "token ci", "token ci"])
  }
}
