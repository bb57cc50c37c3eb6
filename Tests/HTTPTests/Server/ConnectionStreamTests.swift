import Glibc
import Posix
import TestSupport
import Testing

@testable import HTTP

/// Answers that are made while they are sent.
@Suite(.timeLimit(.minutes(1))) struct ConnectionStreamTests {
  private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
  }

  @Test func `HEAD of a stream writes nothing of it`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/stream/3").replacing("GET", with: "HEAD") + get("/quick/1"))
    #expect(await client.read(until: "\r\n\r\n").contains("Transfer-Encoding: chunked\r\n"))
    #expect(await client.answer().body == "quick 1")
    await running.stop()
  }

  @Test func `a stream goes out in chunks and leaves the connection open`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/stream/2") + get("/quick/1"))
    #expect(await client.read(until: "\r\n\r\n").contains("\r\nTransfer-Encoding: chunked\r\n"))
    #expect(await client.read(until: "0\r\n\r\n") == "8\r\npiece 0\n\r\n8\r\npiece 1\n\r\n0\r\n\r\n")
    #expect(await client.answer().body == "quick 1")
    await running.stop()
  }

  @Test func `a stream that fails is cut, so that the client can tell`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/broken"))
    #expect(await client.readToEnd().hasSuffix("\r\n\r\n4\r\nhalf\r\n"))
    await running.stop()
  }

  @Test func `a stream ends when its client resets the connection`() async throws {
    let running = try await RunningServer()
    var client: RawClient? = try running.client()
    await client?.send(get("/endless"))
    _ = await client?.read(until: "xxxx")
    client?.resetOnClose()
    client = nil
    try await running.gone.wait("the stream's end") { $0 == ["/endless"] }
    await running.stop()
  }

  @Test func `a slow reader holds up its own stream and nobody else`() async throws {
    let running = try await RunningServer()
    let slow = try running.client()
    await slow.send(get("/endless"))
    _ = await slow.read(until: "xxxx")
    let client = try running.client()
    for number in 0..<20 {
      await client.send(get("/slow/\(number)"))
      #expect(await client.answer().body == "slow \(number)")
    }
    // 256 KiB in the server, and what the two kernel buffers hold.
    #expect(await running.server.counters.bytesSent < 20_000_000)
    await running.stop(patience: .zero)
  }
}
