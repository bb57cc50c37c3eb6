import Glibc
import Posix
import TestSupport
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1))) struct AcceptorTests {
  private let get = "GET /slow/1 HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test func `clients beyond the limit wait until another leaves`() async throws {
    var limits = ServerLimits()
    limits.connections = 2
    let running = try await RunningServer(limits)
    var first: RawClient? = try running.client()
    let second = try running.client()
    for client in [first, second] {
      await client?.send(get)
      #expect(await client?.answer().body == "slow 1")
    }
    let third = try running.client()
    await third.send(get)
    await second.send(get)
    #expect(await second.answer().body == "slow 1")
    #expect(await running.server.counters.connectionsAccepted == 2)
    first = nil
    #expect(await third.answer().body == "slow 1")
    await running.stop()
  }

  @Test func `many idle connections are beside the point`() async throws {
    let running = try await RunningServer()
    // Two descriptors each, of the 1024 that a process has.
    let idle = try (0..<300).map { _ in try running.client() }
    let client = try running.client()
    for _ in 0..<200 {
      await client.send(get)
      #expect(await client.answer().body == "slow 1")
    }
    #expect(await running.server.counters.connectionsOpen == idle.count + 1)
    withExtendedLifetime(idle) {}
    await running.stop()
  }

  @Test func `a server out of descriptors serves those it has, and goes on when there are some again`() async
  {
    // In a process of its own, whose limit can be lowered.
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 96, rlim_max: 96)
      setrlimit(__rlimit_resource_t(7), &limit)
      let running = try await RunningServer()
      let before = try running.client()
      await before.send("GET /slow/1 HTTP/1.1\r\nHost: h\r\n\r\n")
      let first = await before.answer().body
      precondition(first == "slow 1", "the first client was answered \(first)")
      var filling: [CInt] = []
      while case let number = dup(0), number >= 0 { filling.append(number) }
      close(filling.removeLast())
      let late = try running.client()
      await late.send("GET /slow/2 HTTP/1.1\r\nHost: h\r\n\r\n")
      await before.send("GET /slow/3 HTTP/1.1\r\nHost: h\r\n\r\n")
      let third = await before.answer().body
      precondition(third == "slow 3", "beside a client that waits, the first was answered \(third)")
      let taken = await running.server.counters.connectionsAccepted
      precondition(taken == 1, "\(taken) clients were taken without descriptors for them")
      for number in filling { close(number) }
      let second = await late.answer().body
      precondition(second == "slow 2", "the late client was answered \(second)")
    }
  }
}
