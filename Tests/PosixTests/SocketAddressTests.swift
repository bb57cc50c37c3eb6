import Testing

@testable import Posix

@Suite struct SocketAddressTests {
  @Test(arguments: ["127.0.0.1:7433", "[::1]:80", "[2001:db8::5]:443", "0.0.0.0:0", "unix:/run/x.sock"])
  func `an address is written as it was read`(text: String) {
    #expect(SocketAddress(text)?.description == text)
  }

  @Test func `an absolute path is a Unix socket`() {
    #expect(SocketAddress("/run/x.sock") == .unix("/run/x.sock"))
  }

  @Test(arguments: [
    "", "localhost:80", "127.0.0.1", "127.0.0.1:65536", "::1:80", "[127.0.0.1]:80", "127.1:80", "[::1]",
  ])
  func `what is no literal address is refused`(text: String) {
    #expect(SocketAddress(text) == nil)
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true), ("[::ffff:127.0.0.1]:1", true),
    ("/x", true),
    ("0.0.0.0:1", false), ("[::]:1", false), ("10.0.0.1:1", false), ("[::ffff:10.0.0.1]:1", false),
    ("128.0.0.1:1", false),
  ])
  func `loopback is what only this host can reach`(text: String, isLoopback: Bool) {
    #expect(SocketAddress(text)?.isLoopback == isLoopback)
  }

  @Test func `a path too long for a socket is an error, not a cut path`() {
    let path = "/" + String(repeating: "a", count: 107)
    #expect(throws: Errno.self) { _ = try Socket.listen(on: .unix(path)) }
  }
}
