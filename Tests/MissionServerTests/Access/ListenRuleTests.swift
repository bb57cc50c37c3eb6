import Posix
import Testing

@testable import MissionServer

@Suite struct ListenRuleTests {
  @Test(arguments: [
    ("127.0.0.1:7433", true), ("127.9.9.9:1", true), ("[::1]:7433", true), ("/run/x.sock", true),
    ("0.0.0.0:7433", false), ("[::]:7433", false), ("10.0.0.1:7433", false),
  ])
  func `only this host may connect`(text: String, isAllowed: Bool) throws {
    let address = try #require(SocketAddress(text))
    #expect((ListenRule.refusal(of: address, hasTokens: false) == nil) == isAllowed)
    #expect((ListenRule.refusal(of: address, hasTokens: false, isInherited: true) == nil) == isAllowed)
  }

  @Test(arguments: ["127.0.0.1:65536", "localhost:80", "/run/x.sock", "unix:/x", "::1:80", ""])
  func `what is no address of TCP is refused`(text: String) {
    let error = #expect(throws: StartError.self) { try ListenRule.address(text, hasTokens: true) }
    #expect(
      error?.description
        == "listen on \"\(text)\": no address; write it as 127.0.0.1:7433 or [::1]:7433")
  }

  @Test func `the refusal names the address and the way out`() throws {
    let address = try #require(SocketAddress("0.0.0.0:80"))
    #expect(
      ListenRule.refusal(of: address, hasTokens: false)
        == "listen on 0.0.0.0:80: others than this host could run commands here; "
        + "use a loopback address such as 127.0.0.1:7433, or set auth.tokens_file")
  }

  @Test func `the Unix socket has its place, else the user's own`() {
    #expect(ListenRule.socketPlaces([:]) == ["/run/missiond/missiond.sock"])
    #expect(
      ListenRule.socketPlaces(["XDG_RUNTIME_DIR": "/run/user/7"])
        == ["/run/missiond/missiond.sock", "/run/user/7/missiond.sock"])
    #expect(ListenRule.socketPlaces(["XDG_RUNTIME_DIR": "relative"]) == ["/run/missiond/missiond.sock"])
  }
}
