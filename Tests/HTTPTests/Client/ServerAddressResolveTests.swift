import Posix
import Testing

@testable import HTTP

@Suite struct ServerAddressResolveTests {
  @Test func `a literal address and a path need no look-up`() async throws {
    #expect(try await ServerAddress("http://127.0.0.1:80").resolve() == [.ipv4(0x7F00_0001, port: 80)])
    #expect(try await ServerAddress("/a").resolve() == [.unix("/a")])
  }

  @Test func `a name is looked up`() async throws {
    let found = try await ServerAddress("http://localhost:80").resolve()
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.isLoopback })
  }

  @Test func `a name without an address is explained`() async {
    do throws(ClientError) {
      _ = try await ServerAddress("http://nowhere.invalid:80").resolve()
      Issue.record("it was found")
    } catch {
      #expect(error.description == "cannot reach http://nowhere.invalid:80: no address for nowhere.invalid")
    }
  }
}
