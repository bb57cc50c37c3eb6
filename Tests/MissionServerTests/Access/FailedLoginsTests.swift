import Formats
import MissionModel
import Posix
import Testing

@testable import MissionServer

@Suite(.timeLimit(.minutes(1))) struct FailedLoginsTests {
  @Test func `wrong tokens are written down in order, with their address and count`() async {
    let logins = FailedLogins()
    for number in 1...3 { logins.add(number, from: "10.0.0.\(number)", at: Timestamp(milliseconds: 5)) }
    logins.close()
    let written = Lock<[AuditEntry]>([])
    await logins.record(in: AuditTrail { entries in written.withLock { $0 += entries } }) { _ in }
    let entries = written.withLock { $0 }
    #expect(entries.map(\.action) == [.loginFailed, .loginFailed, .loginFailed])
    #expect(entries.map(\.actor.address) == ["10.0.0.1", "10.0.0.2", "10.0.0.3"])
    #expect(entries.map { $0.details["failures"] } == [1, 2, 3])
  }

  @Test func `a trail that fails is told, and more than it can take is dropped`() async {
    let logins = FailedLogins()
    for number in 1...1000 { logins.add(number, from: "a", at: Timestamp(milliseconds: 5)) }
    logins.close()
    let errors = Lock(0)
    await logins.record(
      in: AuditTrail { _ throws(StoreError) in throw StoreError(.unavailable, "disk full") }
    ) { _ in errors.withLock { $0 += 1 } }
    #expect(errors.withLock { $0 } == 256)
  }
}
