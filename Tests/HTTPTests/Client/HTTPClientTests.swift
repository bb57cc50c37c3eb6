import Posix
import TestSupport
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
  private func address(_ running: RunningServer) throws -> ServerAddress {
    try ServerAddress("\(running.address)")
  }

  @Test func `one connection carries request after request`() async throws {
    let running = try await RunningServer()
    let client = HTTPClient(try address(running), on: running.loop)
    for number in 0..<10 {
      let answer = try await client.send(.init(.get, "/slow/\(number)"))
      #expect(answer.status == 200)
      #expect(try await answer.bytes() == Array("slow \(number)".utf8))
    }
    #expect(await running.server.counters.connectionsAccepted == 1)
    await running.stop()
  }

  @Test func `content goes both ways, also over a Unix socket`() async throws {
    let running = try await RunningServer(listenOn: "s")
    let client = HTTPClient(try address(running), on: running.loop)
    let body = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0) }
    let answer = try await client.send(.init(.post, "/echo", headers: ["X": "y"], body: body))
    #expect(try await answer.bytes() == body)
    #expect(try await client.send(.init(.post, "/echo")).bytes() == Array("none".utf8))
    await running.stop()
  }

  @Test func `answers without content leave the connection open`() async throws {
    let running = try await RunningServer()
    let client = HTTPClient(try address(running), on: running.loop)
    #expect(try await client.send(.init(.head, "/big")).headers["Content-Length"] == "5000000")
    #expect(try await client.send(.init(.get, "/nothing")).status == 204)
    #expect(try await client.send(.init(.get, "/quick/1")).bytes() == Array("quick 1".utf8))
    #expect(await running.server.counters.connectionsAccepted == 1)
    await running.stop()
  }

  @Test func `a server that refuses content in its middle is heard`() async throws {
    let running = try await RunningServer()
    let client = HTTPClient(try address(running), on: running.loop)
    let answer = try await client.send(.init(.post, "/echo", body: [UInt8](repeating: 1, count: 20_000_000)))
    #expect(answer.status == 413)
    await running.stop(patience: .zero)
  }

  @Test func `a connection that the server has closed is replaced`() async throws {
    let first = try await RunningServer()
    let loop = try EventLoop()
    let client = HTTPClient(try address(first), on: loop)
    #expect(try await client.send(.init(.get, "/quick/1")).bytes() == Array("quick 1".utf8))
    await first.stop()
    let second = try await RunningServer(at: first.address)
    #expect(try await client.send(.init(.get, "/quick/2")).bytes() == Array("quick 2".utf8))
    await second.stop()
    loop.stop()
  }

  @Test func `a server that nobody runs is named`() async throws {
    let port = try FreePort().number
    let loop = try EventLoop()
    let client = HTTPClient(try ServerAddress("http://127.0.0.1:\(port)"), on: loop)
    do throws(ClientError) {
      _ = try await client.send(.init(.get, "/"))
      Issue.record("somebody answered")
    } catch {
      #expect(error.kind == .unreachable)
      #expect(error.description == "cannot reach http://127.0.0.1:\(port): connection refused")
    }
    loop.stop()
  }

  @Test func `a Unix socket that is not there is named`() async throws {
    let loop = try EventLoop()
    let client = HTTPClient(try ServerAddress("/nonexistent/s"), on: loop)
    do throws(ClientError) {
      _ = try await client.send(.init(.get, "/"))
      Issue.record("somebody answered")
    } catch {
      #expect(error.description == "cannot reach unix:/nonexistent/s: no such file or directory")
    }
    loop.stop()
  }
}
