import Formats
import TestSupport
import Testing

/// Missions that talk to HTTP servers, through the built daemon.
@Suite(.timeLimit(.minutes(2))) struct HTTPMissionsTests {
  private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

  @Test func `two hundred steps to one server open no more connections than run at once`() async throws {
    let server = try LoopbackServer { _ in .bytes(Self.hello) }
    let daemon = try await TestDaemon()
    let steps = (1...200).map {
      "  - { id: s\($0), step_type: http, parameters: { url: '\(server.url("/"))' } }"
    }
    let mission = "name: many\nconfig: { max_concurrent_steps: 8 }\nsteps:\n" + steps.joined(separator: "\n")
    for _ in 1...2 {
      let job = try await daemon.execute(mission)
      #expect(job["status"] == "completed", "\(job["error"] ?? .null)")
    }
    #expect(server.requests.value.count == 400)
    // The second job found the connections of the first.
    #expect(server.connections.value <= 8)
  }

  @Test func `a server that dies in the middle is told, and asked again`() async throws {
    let asked = Observed(0)
    let server = try LoopbackServer { _ in
      asked.update { $0 += 1 }
      return asked.value == 1 ? .last("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe") : .bytes(Self.hello)
    }
    let daemon = try await TestDaemon()
    let job = try await daemon.execute(
      """
      name: dying
      steps:
        - id: fetch
          step_type: http
          retry_attempts: 1
          retry_delay_ms: 10
          parameters: { url: '\(server.url("/"))', output_file: answer }
      """)
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(job["step_results"]?["fetch"]?["attempts"] == 2)
    #expect(job["step_results"]?["fetch"]?["output"]?["body_bytes"] == 5)
  }

  @Test func `certificates are verified by the authorities of the host, without a word`() async throws {
    let web = try await TLSServer(content: ["a": "hello"])
    let socket = try await WebSocketServer()
    let directory = try TemporaryDirectory()
    // In a mount namespace of its own, this host trusts both authorities.
    let authorities = try TestFile.text(at: web.authority) + TestFile.text(at: socket.authority)
    let store = try directory.write(authorities, to: "store.pem")
    let mission = """
      name: trusted
      steps:
        - {id: page, step_type: http, parameters: {url: '\(web.url("/a"))'}}
        - id: other
          step_type: http
          continue_on_error: true
          parameters: {url: '\(web.url("/a", .selfSigned))'}
        - id: talk
          step_type: websocket_connect
          parameters: {url: '\(socket.url("/echo", secure: true))', message: hi, expect_messages: 1}
      """
    let program = try TestProcess.product("mission")
    let record = try await TestProcess.run(
      "unshare",
      [
        "-m", "sh", "-c",
        "mount --bind '\(store)' /etc/ssl/certs/ca-certificates.crt && exec '\(program)' run --json -",
      ], directory: directory.path, input: mission)
    let job = try JSONParser.parse(Array(record.output.utf8))
    let results = job["step_results"]
    #expect(results?["page"]?["output"]?["response"] == "hello", "\(job.compact) \(record.error)")
    #expect(results?["talk"]?["output"]?["received"] == ["hi"], "\(job.compact)")
    #expect(results?["other"]?["error"]?.stringValue?.contains("certificate is not trusted") == true)
  }

  @Test func `the configuration's proxy is gone through, with its secret, and the policy holds`() async throws
  {
    let server = try LoopbackServer { _ in .bytes(Self.hello) }
    let other = try LoopbackServer { _ in .bytes(Self.hello) }
    let proxy = try await ProxyServer(user: ("joe", "correct-horse"))
    let directory = try TemporaryDirectory()
    try directory.write("correct-horse\n", to: "password", mode: 0o600)
    let url = proxy.url.replacing("//", with: "//joe:{{secret.proxy}}@")
    let daemon = try await TestDaemon(
      configuration: """
        proxy: { url: "\(url)", except: [] }
        secrets: { files: { proxy: \(directory / "password") } }
        policy: { hosts: { deny: ["127.0.0.1:\(other.port)", "[::1]:\(other.port)"] } }
        """)
    let job = try await daemon.execute(
      """
      name: through
      steps:
        - { id: fetch, step_type: http, parameters: { url: 'http://localhost:\(server.port)/' } }
        - id: no
          step_type: http
          continue_on_error: true
          parameters: { url: 'http://localhost:\(other.port)/' }
      """)
    #expect(job["step_results"]?["fetch"]?["output"]?["response"] == "hello", "\(job.compact)")
    #expect(job["step_results"]?["no"]?["status"] == "failed")
    #expect(job["step_results"]?["no"]?["error"]?.stringValue?.contains("is denied by the rule") == true)
    #expect(proxy.targets.count == 1)
    #expect(other.connections.value == 0)
    #expect(!job.compact.contains("correct-horse"))
  }

  @Test func `the passwords and proxies of the daemon's user are not sent or asked`() async throws {
    let home = try TemporaryDirectory()
    try home.write("machine 127.0.0.1 login joe password of-the-user\n", to: ".netrc")
    let server = try LoopbackServer { _ in .bytes(Self.hello) }
    let gone = "http://127.0.0.1:\(try FreePort().number)"
    let daemon = try await TestDaemon(
      environment: ["HOME": home.path, "http_proxy": gone, "all_proxy": gone, "no_proxy": ""])
    let job = try await daemon.execute(
      "name: netrc\nsteps:\n  - { id: fetch, step_type: http, parameters: { url: '\(server.url("/"))' } }\n")
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(server.requests.value.count == 1)
    #expect(server.requests.value.first?.contains("Authorization") == false)
  }
}
