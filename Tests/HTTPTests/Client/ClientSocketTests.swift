import Posix
import TestSupport
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1))) struct ClientSocketTests {
  @Test func `a server that is silent for too long is given up`() async throws {
    let running = try await RunningServer()
    let client = HTTPClient(
      try ServerAddress("\(running.address)"), on: running.loop, patience: .milliseconds(100))
    do throws(ClientError) {
      _ = try await client.send(.init(.get, "/held/1"))
      Issue.record("it answered")
    } catch {
      #expect(error.kind == .timedOut)
      #expect(error.description == "http://\(running.address) did not answer in time")
    }
    await running.stop()
  }

  @Test func `a cancelled task gives up its request`() async throws {
    let running = try await RunningServer()
    let client = HTTPClient(try ServerAddress("\(running.address)"), on: running.loop)
    let request = Task { () throws(ClientError) in try await client.send(.init(.get, "/held/1")).status }
    try await running.begun.wait("the request") { $0.count == 1 }
    request.cancel()
    do {
      _ = try await request.value
      Issue.record("it answered")
    } catch {
      #expect((error as? ClientError)?.kind == .cancelled)
    }
    try await running.gone.wait("the server to notice") { $0.count == 1 }
    await running.stop()
  }
}
