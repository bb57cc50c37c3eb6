import MissionModel
import MissionSteps
import TestSupport
import Testing

/// How `WebSocket` opens over a stream that says what the test wants; the rest is in the tests of the step.
@Suite struct WebSocketTests {
  private func problem(_ answers: [String]) async throws -> String? {
    let left = Observed(answers)
    var network = Network.denied
    network.connect = { _ throws(StepFailure) in
      ByteStream(
        read: { () throws(StepFailure) in
          let next = left.value.first
          left.update { $0 = Array($0.dropFirst()) }
          return Array((next ?? "").utf8)
        }, write: { _ throws(StepFailure) in })
    }
    var request = WebRequest(method: "GET", url: try WebAddress("http://h/a"), timeout: .seconds(1))
    request.heading = "connect ws://h/a"
    let (open, over) = (request, network)
    return await failure { try await WebSocket(open, maxMessageBytes: 10, over: over) }?.message
  }

  @Test func `an answer that comes in pieces is put together`() async throws {
    #expect(
      try await problem(["HTTP/1.1 40", "4 Not Found\r\n\r", "\n"])
        == "connect ws://h/a: the server answers with status 404 and opens no WebSocket")
  }

  @Test func `a server that leaves, or whose head never ends, is told`() async throws {
    #expect(
      try await problem(["HTTP/1.1 101"])
        == "connect ws://h/a: the server closed the connection without an answer")
    #expect(
      try await problem([String](repeating: String(repeating: "a", count: 40_000), count: 3))
        == "connect ws://h/a: the head of the server's answer never ends")
  }
}
