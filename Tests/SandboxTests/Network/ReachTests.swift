import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct ReachTests {
  private func connect(_ host: String, _ port: Int, _ timeout: Duration = .seconds(5)) async throws -> String
  {
    try await Reach.connect(to: host, port, timeout: timeout, rule: .standard)
  }

  @Test func `the address that answered comes back, and the connection is closed`() async throws {
    let server = try LoopbackServer { _ in .last("") }
    #expect(try await connect("127.0.0.1", Int(server.port)) == "127.0.0.1:\(server.port)")
    #expect(try await connect("localhost", Int(server.port)) == "127.0.0.1:\(server.port)")
    _ = try await server.departures.wait("both to leave") { $0 == 2 }
  }

  @Test func `what does not answer says why`() async throws {
    let port = try FreePort().number
    #expect(
      await failure { try await connect("127.0.0.1", Int(port)) }
        == StepFailure("connect to 127.0.0.1:\(port): connection refused (111)"))
    #expect(
      await failure { try await connect("no.such.host.invalid", 1) }
        == StepFailure("connect to no.such.host.invalid:1: no address is known for no.such.host.invalid"))
    #expect(
      await failure { try await connect("::1", 70000) }
        == StepFailure(.badParameters, "connect to [::1]:70000: ports go from 1 to 65535"))
  }

  @Test func `an address that the rule refuses is denied`() async throws {
    let failed = await failure { try await connect("169.254.169.254", 80) }
    #expect(failed?.kind == .denied)
  }

  @Test func `a cancelled step waits for nobody`() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await connect("127.0.0.1", 1, .seconds(600))
    }
    #expect(await failure { try await task.value } == .cancelled)
  }
}
