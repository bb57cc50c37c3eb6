import Drivers
import MissionModel
import Posix
import Testing

@testable import Sandbox

/// `Network.live`, `AddressRule` and the sentences of `TransferWords`.
@Suite struct NetworkLiveTests {
  private static func request(_ url: String = "http://127.0.0.1:1/") throws -> WebRequest {
    WebRequest(method: "GET", url: try WebAddress(url), timeout: .seconds(5))
  }

  @Test func `a missing library names its package`() async throws {
    let request = try Self.request()
    await #expect(
      throws: StepFailure("get http://127.0.0.1:1/: libcurl.so.4 is not on this host; install libcurl4")
    ) { try await Network.live(Curl(lookup: .empty)).send(request) }
  }

  @Test func `a rule says no after the name was looked up`() async throws {
    let rule = AddressRule { $0.isLoopback ? "\($0) is not for you" : nil }
    let request = try Self.request("http://localhost:1/")
    let error = await #expect(throws: StepFailure.self) {
      try await Network.live(rule: rule).send(request)
    }
    #expect(error?.kind == .denied)
    #expect(error?.message.hasSuffix(":1 is not for you") == true)
  }

  @Test(arguments: [
    ("169.254.169.254", false), ("169.254.169.253", true), ("169.254.170.2", false),
    ("100.100.100.200", false),
    ("168.63.129.16", false), ("192.0.0.192", false), ("fd00:ec2::254", false), ("fd00:ec2::255", true),
    ("::ffff:169.254.169.254", false), ("64:ff9b::a9fe:a9fe", false), ("::a9fe:a9fe", false), ("::1", true),
    ("127.0.0.1", true), ("2001:db8::a9fe:a9fe", true),
  ])
  func `metadata services are refused in every spelling`(host: String, isAllowed: Bool) throws {
    let address = try #require(SocketAddress(host: host, port: 80))
    #expect((AddressRule.standard.refusal(address) == nil) == isAllowed)
  }

  @Test(
    arguments: [
      (6, "", 0, "no address is known for 127.0.0.1; check the name and the resolver"),
      (7, "x", 111, "127.0.0.1:1 cannot be reached: connection refused (111)"),
      (7, "words", 0, "127.0.0.1:1 cannot be reached: words"),
      (28, "x", 0, "no complete answer before the timeout; raise timeout"),
      (56, "x", 104, "the connection broke: connection reset by peer (104)"),
      (35, "words", 0, "no TLS connection could be made: words"),
      (
        35, "wrong version number", 0,
        "no TLS connection could be made: wrong version number; does the server speak TLS at that port?"
      ),
      (61, "words", 0, "the answer's content encoding is broken: words"), (99, "words", 0, "words"),
    ] as [(Int32, String, Int32, String)])
  func `errors of the library are told in words`(
    code: Int32, message: String, errno: Int32, text: String
  ) throws {
    #expect(TransferWords.explain(code, message, errno: errno, try Self.request()) == text)
  }

  @Test func `a step that did not declare the network has none`() async throws {
    let request = try Self.request()
    await #expect(
      throws: StepFailure(
        .denied, "get http://127.0.0.1:1/: this step type did not declare that it uses the network")
    ) { try await Capabilities(network: .live()).limited(to: .readsFiles).network.send(request) }
  }
}
