import HTTP
import MissionModel
import Posix
import Testing

@testable import MissionServer

@Suite struct BrowserRuleTests {
  @Test(arguments: [
    ("127.0.0.1:7433", true), ("localhost", true), ("LOCALHOST:80", true), ("[::1]:7433", true),
    ("127.1.2.3", true),
    ("build.example:7433", true), ("Build.Example", true), ("evil.example", false),
    ("localhost.evil.example", false),
    ("192.168.0.1", false), ("", false), ("[::1", false),
  ])
  func `only names of this host may be asked for`(host: String, isAdmitted: Bool) {
    let rule = BrowserRule(hosts: { ["build.example"] })
    var request = Request(.get, "/missions", headers: ["Host": host])
    #expect((rule.admit(&request, to: nil) == nil) == isAdmitted)
  }

  @Test func `a client without a host is no browser`() {
    var request = Request(.get, "/missions")
    #expect(BrowserRule().admit(&request, to: nil) == nil)
  }

  @Test func `what a browser adds gives it away`() {
    for headers: Headers in [["Origin": "null"], ["Sec-Fetch-Site": "same-site"]] {
      var request = Request(.post, "/missions/execute", headers: headers)
      #expect(BrowserRule().admit(&request, to: nil)?.status == 403)
    }
  }

  @Test func `no page reaches the Unix socket, so it is not judged there`() {
    var request = Request(
      .get, "/", headers: ["Host": "evil.example", "Origin": "x"], peer: .unix(uid: 0, gid: 0, process: nil))
    #expect(BrowserRule().admit(&request, to: nil) == nil)
  }

  @Test(arguments: [
    ("build.example", true), ("build_1", true), ("10.0.0.1", true), ("fe80::1", true),
    ("build.example:80", false), ("http://build.example", false), ("[fe80::1]", false), ("a b", false),
    ("*.example", false), ("", false),
  ])
  func `a name of the configuration that no request can ask for is told`(name: String, isPossible: Bool) {
    #expect(BrowserRule.canBeHost(name) == isPossible)
  }

  @Test func `each refusal is reported with the address and the reason`() {
    let reported = Lock<[AccessRefusal]>([])
    let rule = BrowserRule(report: { refusal in reported.withLock { $0.append(refusal) } })
    for headers: Headers in [[:], ["Origin": "https://evil.example"], ["Host": "evil.example"]] {
      var request = Request(.get, "/x", headers: headers, peer: .tcp(address: "127.0.0.1", port: 9))
      _ = rule.admit(&request, to: nil)
    }
    let actor = AuditActor(name: "unknown", address: "127.0.0.1")
    #expect(
      reported.withLock { $0 } == [
        AccessRefusal(
          actor: actor, path: "/x",
          reason: "requests of web pages are refused: this one has the Origin https://evil.example"),
        AccessRefusal(
          actor: actor, path: "/x",
          reason: "the host \"evil.example\" is not this one; name it under hosts in the configuration"),
      ])
  }
}
