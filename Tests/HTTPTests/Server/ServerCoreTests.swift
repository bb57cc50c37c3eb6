import Posix
import Telemetry
import TestSupport
import Testing

@testable import HTTP

/// Time-outs and stopping, with limits short enough to wait for.
@Suite(.timeLimit(.minutes(1))) struct ServerCoreTests {
  private var impatient: ServerLimits {
    var limits = ServerLimits()
    limits.headDuration = .milliseconds(200)
    limits.idleDuration = .milliseconds(400)
    limits.bodyDuration = .milliseconds(200)
    limits.lingerDuration = .milliseconds(200)
    return limits
  }

  @Test(arguments: [
    "GET /quick/1 HTTP/1.1\r\nHost: h\r\n", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel",
  ])
  func `a client that takes too long over its request is told so and let go`(text: String) async throws {
    let running = try await RunningServer(impatient)
    let client = try running.client()
    await client.send(text)
    let answer = await client.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    #expect(answer.contains("\r\nConnection: close\r\n"))
    await running.stop()
  }

  @Test func `an idle connection is closed without a word`() async throws {
    let running = try await RunningServer(impatient)
    let client = try running.client()
    #expect(await client.readToEnd() == "")
    await running.stop()
  }

  @Test func `a client that takes nothing of its answer is let go`() async throws {
    var limits = ServerLimits()
    limits.stalledWriteDuration = .milliseconds(300)
    let running = try await RunningServer(limits)
    let client = try running.client()
    await client.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n")
    try await running.gone.wait("the stream's end") { $0 == ["/endless"] }
    await running.stop()
    #expect(await client.countToEnd() > 0)
  }

  @Test func `answers are counted by route, method and status`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    for path in ["/quick/1", "/quick/2", "/nowhere"] {
      await client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
      _ = await client.answer()
    }
    let counters = await running.server.counters
    #expect(
      counters.requests.map { "\($0.route ?? "-") \($0.method) \($0.status) \($0.count)" } == [
        "- GET 404 1", "/quick/{id} GET 200 2",
      ])
    #expect(counters.durations.count == 3)
    #expect(counters.bytesReceived > 0)
    await running.stop()
  }
}
