import Drivers
import Formats
import MissionModel
import Posix
import Sandbox
import TestSupport
import Testing

/// `WebProxy` and `CurlProxy` with tinyproxy.
@Suite(.timeLimit(.minutes(2))) struct WebProxyTests {
  private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
  private let server: LoopbackServer
  private let proxy: ProxyServer

  init() async throws {
    server = try LoopbackServer { _ in .bytes(Self.hello) }
    proxy = try await ProxyServer()
  }

  /// Everything goes through the proxy, also what is on this host.
  private func network(
    _ url: String? = nil, except: [String] = [], rule: AddressRule = .standard
  ) -> Network {
    var settings = WebProxy()
    settings.url = url ?? proxy.url
    settings.except = except
    return .live(Curl(), rule: rule, proxy: settings)
  }

  private func request(_ url: String) throws -> WebRequest {
    WebRequest(method: "GET", url: try WebAddress(url), timeout: .seconds(60))
  }

  @Test func `a request goes through the proxy to an address that was looked up here`() async throws {
    var request = try request("http://localhost:\(server.port)/a")
    request.user = WebAddress.User(name: "joe", password: "secret")
    let answer = try await network().send(request)
    #expect(answer.status == 200)
    #expect(answer.remoteAddress == "127.0.0.1" || answer.remoteAddress == "::1")
    #expect(try await answer.read() == Array("hello".utf8))
    #expect(proxy.targets == ["\(answer.remoteAddress):\(server.port)"])
    #expect(server.requests.value[0].contains("Host: localhost:\(server.port)\r\n"))
    #expect(server.requests.value[0].contains("Authorization: Basic "))
  }

  @Test func `TLS is with the server, and connections through the proxy are kept`() async throws {
    let server = try await TLSServer(content: ["a": "x"])
    var request = try request(server.url("/a"))
    request.certificates = Array(try TestFile.text(at: server.authority).utf8)
    let network = network()
    for _ in 1...3 {
      let answer = try await network.send(request)
      #expect(answer.status == 200)
      while try await !answer.read().isEmpty {}
    }
    #expect(proxy.targets.count == 1)
    let foreign = self
    await #expect(throws: StepFailure.self) {
      try await network.send(foreign.request(server.url("/a", .foreignHost)))
    }
  }

  @Test func `what is excepted is asked without the proxy`() async throws {
    let network = network(except: ["127.0.0.0/8", "*.example.com"])
    #expect(try await network.send(request(server.url("/"))).status == 200)
    #expect(proxy.targets == [])
  }

  @Test func `the policy judges where the proxy is to go, not the proxy`() async throws {
    let port = server.port
    let rule = AddressRule { "\($0)" == "127.0.0.1:\(port)" || "\($0)" == "[::1]:\(port)" ? "no" : nil }
    for host in ["127.0.0.1", "localhost"] {
      let url = "http://\(host):\(port)/"
      let error = await #expect(throws: StepFailure.self) {
        try await network(rule: rule).send(request(url))
      }
      #expect(error == StepFailure(.denied, "get \(url): no"))
    }
    #expect(proxy.targets == [])
    let other = AddressRule { [proxy] in proxy.url.hasSuffix("\($0)") ? "the proxy" : nil }
    #expect(try await network(rule: other).send(request(server.url("/"))).status == 200)
  }

  @Test func `a WebSocket's connection goes through the proxy`() async throws {
    let stream = try await network().connect(request(server.url("/")))
    try await stream.write(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    #expect(try await stream.read() == Array(Self.hello.utf8))
    #expect(proxy.targets == ["127.0.0.1:\(server.port)"])
  }

  @Test func `a proxy that asks for a user gets the one of its address`() async throws {
    let proxy = try await ProxyServer(user: ("joe", "horse"))
    let url = proxy.url.replacing("//", with: "//joe:horse@")
    #expect(try await network(url).send(request(server.url("/"))).status == 200)
    #expect(!server.requests.value[0].contains("Proxy-Authorization"))
    let wrong = proxy.url.replacing("//", with: "//joe:wrong@")
    await #expect(
      throws: StepFailure(
        "get \(server.url("/")): the proxy \(proxy.url) does not connect to 127.0.0.1:\(server.port): "
          + "status 401; name its user and password in proxy.url")
    ) { try await network(wrong).send(request(server.url("/"))) }
  }

  @Test func `a proxy that is not there, and a server behind it that is not, are told`() async throws {
    let gone = "http://127.0.0.1:\(try FreePort().number)"
    await #expect(
      throws: StepFailure(
        "get \(server.url("/")): the proxy \(gone) cannot be reached: connection refused (111)")
    ) { try await network(gone).send(request(server.url("/"))) }
    let port = try FreePort().number
    await #expect(
      throws: StepFailure(
        "get http://127.0.0.1:\(port)/: the proxy \(proxy.url) does not connect to 127.0.0.1:\(port): "
          + "status 500")
    ) { try await network().send(request("http://127.0.0.1:\(port)/")) }
  }

  @Test func `a cancel ends the wait for a proxy that is silent`() async throws {
    let silent = try LoopbackServer { _ in .silence("") }
    let network = network(silent.url(""))
    let wanted = try request(server.url("/"))
    let work = Task { try await network.send(wanted) }
    try await silent.requests.wait("the request") { $0.count == 1 }
    work.cancel()
    await #expect(throws: StepFailure.cancelled) { try await work.value }
  }

  @Test(arguments: [
    ("http://proxy.example.com:3128", true), ("http://joe:{{secret.p}}@proxy:3128/", true),
    ("http://joe@proxy", true), ("http://joe:plain@proxy:3128", false), ("https://proxy:3128", false),
    ("proxy:3128", false), ("http://proxy:3128/path", false), ("socks5://proxy", false),
  ])
  func `an address of a proxy is http, without a password in plain words`(text: String, isAddress: Bool) {
    #expect(WebProxy.isAddress(text) == isAddress)
  }

  @Test func `the password is a secret, put in encoded`() throws {
    var proxy = WebProxy()
    proxy.url = "http://joe:{{secret.p}}@proxy:3128"
    #expect(try proxy.filled { _ in .value("a@b") }.url == "http://joe:a%40b@proxy:3128")
    #expect(throws: SecretsError(["proxy.url: there is none"])) {
      try proxy.filled { _ in .missing("there is none") }
    }
  }
}
