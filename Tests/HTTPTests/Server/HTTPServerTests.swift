import Glibc
import Posix
import TestSupport
import Testing

@testable import HTTP

/// A server as a whole.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
  private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
  }

  private let held = "GET /held/1 HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test func `a handler knows its peer on TCP and on a Unix socket`() async throws {
    let running = try await RunningServer()
    let client = try running.client()
    await client.send(get("/peer"))
    #expect(await client.answer().body.hasPrefix(#"tcp(address: "127.0.0.1", port: "#))
    let local = try await RunningServer(listenOn: "server.sock")
    let neighbour = try local.client()
    await neighbour.send(get("/peer"))
    let own = Peer.unix(uid: getuid(), gid: getgid(), process: ProcessIdentity(of: getpid()))
    #expect(await neighbour.answer().body == "\(own)")
    await running.stop()
    await local.stop()
  }

  @Test func `a server that stops finishes what was begun and closes what is idle`() async throws {
    let running = try await RunningServer()
    let idle = try running.client()
    let busy = try running.client()
    await busy.send(held)
    try await running.begun.wait("the request") { $0.count == 1 }
    async let stopped: Void = running.server.stop(patience: .seconds(20))
    #expect(await idle.readToEnd() == "")
    #expect(throws: Errno.self) { _ = try running.client() }
    await running.released.open()
    let answer = await busy.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.contains("\r\nConnection: close\r\n"))
    await stopped
    running.loop.stop()
  }

  @Test func `a server out of patience closes what is left`() async throws {
    let running = try await RunningServer()
    let busy = try running.client()
    await busy.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n")
    _ = await busy.read(until: "xxxx")
    await running.server.stop(patience: .milliseconds(50))
    try await running.gone.wait("the stream's end") { $0 == ["/endless"] }
    running.loop.stop()
  }
}
