import Glibc
import HTTP
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
  func `a step in a sandbox, which has the daemon's uid, is turned away`(uid: UInt32, isAdmitted: Bool) {
    let rule = LocalUsersRule(own: 990, others: { [1000] }, isStep: { _ in true })
    var request = Request(.get, "/", peer: .unix(uid: uid, gid: 0, process: nil))
    let answer = rule.admit(&request, to: nil)
    #expect((answer == nil) == isAdmitted)
    if !isAdmitted { #expect(answer?.status == 403 && request.caller == nil) }
  }

  @Test func `a process came of this one if it did, and if nobody can say any more`() throws {
    let (own, parent) = (getpid(), getppid())
    #expect(LocalUsersRule.cameOfThisProcess(ProcessIdentity(of: own)))
    #expect(!LocalUsersRule.cameOfThisProcess(ProcessIdentity(of: parent)))
    #expect(LocalUsersRule.cameOfThisProcess(nil))
    let other = try #require(ProcessIdentity(of: parent))
    let reused = ProcessIdentity(pid: parent, startTicks: other.startTicks + 1, bootID: other.bootID)
    #expect(LocalUsersRule.cameOfThisProcess(reused), "the pid was given to another process meanwhile")
  }

  @Test func `who comes over TCP is local, since nobody else can`() {
    var request = Request(.get, "/")
    #expect(LocalUsersRule(own: 990).admit(&request, to: nil) == nil)
    #expect(request.caller?.name == "local")
  }
}
