import Testing

@testable import Posix

@Suite struct NameLookupTests {
  @Test func `a literal address is its own answer`() async {
    #expect(
      await NameLookup.addresses(of: "127.0.0.1", port: 80) == [SocketAddress(host: "127.0.0.1", port: 80)])
    #expect(await NameLookup.addresses(of: "::1", port: 0) == [SocketAddress(host: "::1", port: 0)])
  }

  @Test func `localhost has a loopback address with the port asked for`() async {
    let found = await NameLookup.addresses(of: "localhost", port: 7433)
    #expect(!found.isEmpty)
    for address in found {
      #expect(address.isLoopback)
      #expect(address.description.hasSuffix(":7433"))
    }
  }

  @Test func `a name that cannot be has none`() async {
    #expect(await NameLookup.addresses(of: "no-such-host.invalid", port: 1).isEmpty)
  }
}
