import Formats
import MissionModel
import Posix
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct PingHostStepTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  @Test(arguments: ["127.0.0.1", "::1", "localhost"])
  func `this host answers`(host: String) async throws {
    let output = try await runner.run(PingHostStep.self, "{ host: '\(host)', count: 3, interval_ms: 1 }")
    #expect(output["host"] == .string(host))
    #expect(output["count"] == 3)
    #expect(output["received"] == 3)
    #expect(output["success"] == true)
    #expect(output["loss_percent"]?.doubleValue == 0)
    #expect(["icmp", "ping"].contains(output["method"]?.stringValue))
    let rtt = try #require(output["rtt"])
    for (less, more) in [("min", "avg"), ("avg", "max")] {
      #expect(try #require(rtt[less]?.doubleValue) <= #require(rtt[more]?.doubleValue))
    }
  }

  @Test func `a listening port answers by TCP, a closed one does not`() async throws {
    let server = try LoopbackServer { _ in .bytes("") }
    let output = try await runner.run(
      PingHostStep.self, "{ host: 127.0.0.1, method: tcp, port: \(server.port), count: 2, interval_ms: 0 }")
    #expect(output["method"] == "tcp")
    #expect(output["address"] == "127.0.0.1")
    #expect(output["received"] == 2)
    let closed = try FreePort().number
    let failure = await #expect(throws: StepFailure.self) {
      try await runner.run(
        PingHostStep.self, "{ host: 127.0.0.1, method: tcp, port: \(closed), count: 2, interval_ms: 0 }")
    }
    #expect(
      failure?.message
        == "ping 127.0.0.1: 0 of 2 answered by tcp on port \(closed)"
        + "; is it up, and does a firewall let the question through")
    #expect(failure?.output?["loss_percent"]?.doubleValue == 100)
    #expect(failure?.output?["rtt"] == JSON.null)
  }

  @Test func `what may be lost decides`() async throws {
    let closed = try FreePort().number
    let output = try await runner.run(
      PingHostStep.self,
      "{ host: 127.0.0.1, method: tcp, port: \(closed), count: 1, max_loss_percent: 100 }")
    #expect(output["success"] == true)
    #expect(output["received"] == 0)
  }

  @Test func `a name that nobody knows says so`() async throws {
    await #expect(
      throws: StepFailure(
        "ping no-such-host.invalid: no address is known for it; check the name and the resolver")
    ) {
      try await runner.run(PingHostStep.self, "{ host: no-such-host.invalid }")
    }
  }

  @Test func `a cloud's metadata service is refused`() async throws {
    let failure = await #expect(throws: StepFailure.self) {
      try await runner.run(PingHostStep.self, "{ host: 169.254.169.254, count: 1 }")
    }
    #expect(failure?.kind == .denied)
  }

  @Test(arguments: [
    ("{ }", ["/host: is required"]),
    ("{ host: a, count: 0 }", ["/count: expected a whole number from 1 to 1000, not 0"]),
    ("{ host: a, method: tcp }", ["/method: tcp needs a port; add port, such as 443"]),
    ("{ host: 'http://a' }", ["/host: is no host; give its name or address alone"]),
    ("{ host: a, port: 65536 }", ["/port: expected a whole number from 1 to 65535, not 65536"]),
  ])
  func `bad parameters are told`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(PingHostStep.self, parameters) == problems)
  }

  @Test func `who may not send ICMP has the program ask, then TCP`() async throws {
    var runner = runner
    let live = runner.capabilities.network
    runner.capabilities.network.ping = { (host, method, port) async throws(StepFailure) in
      method == .icmp ? nil : try await live.ping(host, method, port)
    }
    let scripted = ScriptedProcesses { _ in
      ProcessOutput(
        ending: .exited(code: 0),
        stdout: Array("PING h (127.0.0.9): 5\n64 bytes: icmp_seq=2 ttl=64 time=1.5 ms\n".utf8))
    }
    runner.capabilities.processes = scripted.processes
    runner.capabilities.processes.find = { "/bin/\($0)" }
    let output = try await runner.run(PingHostStep.self, "{ host: h, count: 2, interval_ms: 500 }")
    #expect(
      scripted.commands.value.map(\.arguments) == [["-n", "-c", "2", "-i", "0.5", "-W", "2", "--", "h"]])
    #expect(output["method"] == "ping")
    #expect(output["address"] == "127.0.0.9")
    #expect(output["loss_percent"]?.doubleValue == 50)
    runner.capabilities.processes.find = { _ in nil }
    let server = try LoopbackServer { _ in .bytes("") }
    let byTCP = try await runner.run(PingHostStep.self, "{ host: 127.0.0.1, port: \(server.port), count: 1 }")
    #expect(byTCP["method"] == "tcp")
    await #expect(
      throws: StepFailure(
        "ping h: this user may not send ICMP and the program ping is not here; "
          + "install the package iputils-ping, or give a port to ask by TCP")
    ) { try await runner.run(PingHostStep.self, "{ host: h }") }
    await #expect(
      throws: StepFailure(
        "ping h: this user may not send ICMP; widen net.ipv4.ping_group_range, or use method: tcp")
    ) { try await runner.run(PingHostStep.self, "{ host: h, method: icmp }") }
  }

  @Test func `a cancel ends the wait between two questions`() async throws {
    let task = Task {
      try await runner.run(PingHostStep.self, "{ host: 127.0.0.1, count: 1000, interval_ms: 60000 }")
    }
    task.cancel()
    await #expect(throws: StepFailure.cancelled) { try await task.value }
  }
}
