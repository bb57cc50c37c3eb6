import HTTP
import MissionModel
import Posix
import Testing

@testable import MissionServer

@Suite struct LocalUsersRuleTests {
  @Test(arguments: [(0, true), (990, true), (1000, true), (1001, false)] as [(UInt32, Bool)])
  func `the Unix socket admits root, the daemon and those it is told`(uid: UInt32, isAdmitted: Bool) {
    let rule = LocalUsersRule(own: 990, others: { [1000] })
    var request = Request(.get, "/", peer: .unix(uid: uid, gid: 0, process: nil))
    let answer = rule.admit(&request, to: nil)
    #expect((answer == nil) == isAdmitted)
    if isAdmitted { #expect(request.caller?.name == "uid \(uid)") } else { #expect(answer?.status == 403) }
  }

  @Test(arguments: [(0, true), (990, false), (1000, true)] as [(UInt32, Bool)])
  func `a confined process, which has the daemon's uid, is turned away`(uid: UInt32, isAdmitted: Bool) {
    let rule = LocalUsersRule(own: 990, others: { [1000] }, isConfined: { _ in true })
    var request = Request(.get, "/", peer: .unix(uid: uid, gid: 0, process: nil))
    let answer = rule.admit(&request, to: nil)
    #expect((answer == nil) == isAdmitted)
    if !isAdmitted { #expect(answer?.status == 403 && request.caller == nil) }
  }

  @Test func `each refusal is reported with the uid, the path and the reason`() {
    let reported = Lock<[AccessRefusal]>([])
    let rule = LocalUsersRule(own: 990, isConfined: { _ in true }) { refusal in
      reported.withLock { $0.append(refusal) }
    }
    for uid: UInt32 in [0, 990, 1001] {
      var request = Request(.get, "/missions", peer: .unix(uid: uid, gid: 0, process: nil))
      _ = rule.admit(&request, to: nil)
    }
    #expect(
      reported.withLock { $0 } == [
        AccessRefusal(
          actor: AuditActor(name: "uid 990", address: "unix"), path: "/missions",
          reason: "a process in a sandbox may not use this socket; give it a token and the address of TCP"),
        AccessRefusal(
          actor: AuditActor(name: "uid 1001", address: "unix"), path: "/missions",
          reason: "the user with the uid 1001 may not use this socket; add it to auth.uids"),
      ])
  }

  @Test func `who comes over TCP is local, since nobody else can`() {
    var request = Request(.get, "/")
    #expect(LocalUsersRule(own: 990).admit(&request, to: nil) == nil)
    #expect(request.caller?.name == "local")
  }
}
