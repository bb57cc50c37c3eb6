import HTTP
import Testing

@testable import MissionServer

@Suite struct LocalUsersRuleTests {
  @Test(arguments: [(0, true), (990, true), (1000, true), (1001, false)] as [(UInt32, Bool)])
  func `the Unix socket admits root, the daemon and those it is told`(uid: UInt32, isAdmitted: Bool) {
    let rule = LocalUsersRule(own: 990, others: { [1000] })
    var request = Request(.get, "/", peer: .unix(uid: uid, gid: 0, pid: 1))
    let answer = rule.admit(&request, to: nil)
    #expect((answer == nil) == isAdmitted)
    if isAdmitted { #expect(request.caller?.name == "uid \(uid)") } else { #expect(answer?.status == 403) }
  }

  @Test func `who comes over TCP is local, since nobody else can`() {
    var request = Request(.get, "/")
    #expect(LocalUsersRule(own: 990).admit(&request, to: nil) == nil)
    #expect(request.caller?.name == "local")
  }
}
