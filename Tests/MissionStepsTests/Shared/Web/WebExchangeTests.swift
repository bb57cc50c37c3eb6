import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// Redirects and connections of a `WebExchange`, seen through the http step.
@Suite struct WebExchangeTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  private static func move(_ status: Int, _ place: String) -> LoopbackServer.Reply {
    .bytes("HTTP/1.1 \(status) Moved\r\nLocation: \(place)\r\nContent-Length: 0\r\n\r\n")
  }

  private static func ok(_ text: String) -> LoopbackServer.Reply {
    .bytes("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
  }

  @Test(arguments: [
    (301, "POST", "GET", ""), (302, "POST", "GET", ""), (303, "PUT", "GET", ""),
    (307, "POST", "POST", "text"),
    (308, "PUT", "PUT", "text"), (301, "PUT", "PUT", "text"),
  ])
  func `a redirect is followed with the method that its status asks for`(
    status: Int, method: String, next: String, body: String
  ) async throws {
    let server = try LoopbackServer { request in
      request.contains(" /a ") ? Self.move(status, "b?c=d") : Self.ok("there")
    }
    let output = try await runner.run(
      HTTPStep.self, "{ url: '\(server.url("/a"))', method: \(method), body: text }")
    #expect(output["response"] == "there")
    #expect(output["method"] == .string(next))
    #expect(output["url"] == .string(server.url("/b?c=d")))
    #expect(server.requests.value[1].hasPrefix("\(next) /b?c=d HTTP/1.1\r\n"))
    #expect(server.requests.value[1].hasSuffix("\r\n\r\n\(body)"))
  }

  @Test func `credentials stay with the server that they were for`() async throws {
    let other = try LoopbackServer { _ in Self.ok("other") }
    let server = try LoopbackServer { request in
      request.contains(" /a ") ? Self.move(302, "/b") : Self.move(302, other.url("/c"))
    }
    let output = try await runner.run(
      HTTPStep.self,
      """
      { url: '\(server.url("/a"))', auth: { bearer: secret },
        headers: { Cookie: secret, X-Api-Key: secret, Accept: text/plain } }
      """)
    #expect(output["response"] == "other")
    for request in server.requests.value {
      for field in ["Authorization: Bearer secret", "Cookie: secret", "X-Api-Key: secret"] {
        #expect(request.contains("\r\n\(field)\r\n"))
      }
    }
    #expect(server.requests.value.count == 2)
    #expect(!other.requests.value[0].contains("secret"))
    #expect(other.requests.value[0].contains("\r\nAccept: text/plain\r\n"))
  }

  @Test(arguments: [0, 2])
  func `redirects end at the limit`(limit: Int) async throws {
    let server = try LoopbackServer { _ in Self.move(302, "/again") }
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))', follow_redirects: \(limit) }")
    }
    #expect(
      failed?.message
        == (limit == 0
          ? "get \(server.url("/")): status 302, expected 2xx"
          : "get \(server.url("/again")): more than 2 redirects; raise follow_redirects"))
    #expect(server.requests.value.count == limit + 1)
  }

  @Test func `no redirect leads to another protocol`() async throws {
    let server = try LoopbackServer { _ in Self.move(302, "file:///etc/passwd") }
    let failed = await failure { try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))' }") }
    #expect(
      failed?.message
        == "get \(server.url("/")): the redirect's address has the scheme \"file\"; http and https are possible"
    )
  }

  @Test func `no redirect leads to a cloud's metadata service`() async throws {
    let server = try LoopbackServer { _ in Self.move(302, "http://169.254.169.254/") }
    let failed = await failure { try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))' }") }
    #expect(failed?.kind == .denied)
  }

  @Test func `requests one after another share a connection`() async throws {
    let server = try LoopbackServer { _ in Self.ok("x") }
    for _ in 0..<20 { _ = try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))' }") }
    #expect(server.requests.value.count == 20)
    #expect(server.connections.value == 1)
  }

  @Test func `a connection that the server closed meanwhile is made anew`() async throws {
    let server = try LoopbackServer { _ in .last("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx") }
    for count in 1...3 {
      _ = try await runner.run(HTTPStep.self, "{ url: '\(server.url("/"))', body: text }")
      #expect(server.requests.value.count == count)
    }
  }
}
