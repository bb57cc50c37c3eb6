import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ServiceHealthStepTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  private func run(_ parameters: String, systemctl: ProcessOutput? = nil) async throws -> JSON {
    var runner = runner
    if let systemctl {
      runner.capabilities.processes = ScriptedProcesses { _ in systemctl }.processes
      runner.capabilities.processes.find = { _ in "/usr/bin/systemctl" }
    }
    return try await runner.run(ServiceHealthStep.self, parameters)
  }

  private static func answer(_ status: String, _ body: String) -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private func shown(_ active: String, _ sub: String, result: String = "success", load: String = "loaded")
    -> ProcessOutput
  {
    let text = "Result=\(result)\nLoadState=\(load)\nActiveState=\(active)\nSubState=\(sub)\n"
    return ProcessOutput(ending: .exited(code: 0), stdout: Array(text.utf8))
  }

  @Test func `a port that takes connections is healthy, one that does not is not`() async throws {
    let server = try LoopbackServer { _ in .last("") }
    let output = try await run("{ host: 127.0.0.1, port: \(server.port), service: shop }")
    #expect(output["service"] == "shop")
    #expect(output["healthy"] == true)
    #expect(output["checks"]?[0]?["kind"] == "tcp")
    #expect(output["checks"]?[0]?["target"] == .string("127.0.0.1:\(server.port)"))
    #expect(output["checks"]?[0]?["detail"] == .string("127.0.0.1:\(server.port) takes connections"))
    #expect((output["checks"]?[0]?["latency_ms"]?.doubleValue ?? -1) >= 0)
    let free = try FreePort().number
    let failed = await failure { try await run("{ host: 127.0.0.1, port: \(free) }") }
    #expect(
      failed?.message
        == "service 127.0.0.1:\(free) is not healthy: tcp 127.0.0.1:\(free): connect to 127.0.0.1:\(free): "
        + "connection refused (111)")
    let told = try await run("{ host: 127.0.0.1, port: \(free), fail_if_unhealthy: false }")
    #expect(told["healthy"] == false)
  }

  @Test func `an address is judged by status and text`() async throws {
    let server = try LoopbackServer { request in
      request.hasPrefix("GET /ok")
        ? .bytes(Self.answer("200 OK", "all is well"))
        : .bytes(Self.answer("503 Service Unavailable", "down"))
    }
    let url = server.url("/ok")
    let output = try await run("{ url: \"\(url)\", expect_text: is well }")
    #expect(output["service"] == .string(url))
    #expect(output["checks"]?[0]?["detail"] == "answered 200")
    let text = await failure { try await run("{ url: \"\(url)\", expect_text: very well, service: w }") }
    #expect(
      text?.message
        == "service w is not healthy: http \(url): answered 200 without the text \"very well\"")
    let status = await failure { try await run("{ url: \"\(server.url("/no"))\", service: w }") }
    #expect(
      status?.message
        == "service w is not healthy: http \(server.url("/no")): answered 503, expected 200")
    #expect(try await run("{ url: \"\(server.url("/no"))\", expected_status: 5xx }")["healthy"] == true)
  }

  @Test func `a service that comes up in time is healthy`() async throws {
    let asked = Observed(0)
    let server = try LoopbackServer { _ in
      asked.update { $0 += 1 }
      return .bytes(asked.value < 3 ? Self.answer("500 Not Yet", "") : Self.answer("200 OK", ""))
    }
    let output = try await run(
      "{ url: \"\(server.url("/"))\", attempts: 5, interval_ms: 1 }")
    #expect(output["healthy"] == true)
    #expect(server.requests.value.count == 3)
    let down = try LoopbackServer { _ in .bytes(Self.answer("500 No", "")) }
    let failed = await failure {
      try await run("{ service: s, url: \"\(down.url("/"))\", attempts: 2, interval_ms: 1 }")
    }
    #expect(
      failed?.message
        == "service s is not healthy after 2 attempts: http \(down.url("/")): answered 500, expected 200")
    #expect(failed?.output?["healthy"] == false)
  }

  @Test func `a server that says nothing is given up, and a cancel is heard`() async throws {
    let server = try LoopbackServer { _ in .silence("") }
    let url = server.url("/")
    let slow = await failure { try await run("{ service: s, url: \"\(url)\", timeout_ms: 50 }") }
    #expect(slow?.message.hasPrefix("service s is not healthy: http \(url): get \(url): ") == true)
    let task = Task { try await run("{ url: \"\(url)\", timeout_ms: 600000 }") }
    _ = try await server.requests.wait("the request") { $0.count == 2 }
    task.cancel()
    #expect(await failure { try await task.value } == .cancelled)
  }

  @Test func `a unit is what systemd says of it`() async throws {
    let good = try await run("{ service: ssh }", systemctl: shown("active", "running"))
    #expect(good["service"] == "ssh")
    #expect(good["checks"]?[0]?["kind"] == "systemd")
    #expect(good["checks"]?[0]?["detail"] == "active (running)")
    let bad = await failure {
      try await run(
        "{ service: Shop, unit: shop.service }", systemctl: shown("failed", "failed", result: "exit-code"))
    }
    #expect(
      bad?.message
        == "service Shop is not healthy: systemd shop.service: failed (failed), result exit-code")
    let missing = await failure {
      try await run("{ unit: no.service }", systemctl: shown("inactive", "dead", load: "not-found"))
    }
    #expect(
      missing?.message
        == "service no.service is not healthy: systemd no.service: there is no unit no.service")
    let noBus = await failure {
      try await run(
        "{ unit: a }",
        systemctl: ProcessOutput(ending: .exited(code: 1), stderr: Array("no bus\n".utf8)))
    }
    #expect(
      noBus?.message
        == "service a is not healthy: systemd a: run systemctl: exited with code 1: no bus")
  }

  @Test func `without systemctl the error names its package`() async throws {
    var runner = runner
    runner.capabilities.processes.find = { _ in nil }
    let without = runner
    let failed = await failure { try await without.run(ServiceHealthStep.self, "{ unit: a }") }
    #expect(
      failed?.message == "check the unit a: systemctl is not on this host; install the package systemd")
  }

  @Test func `every check that is asked for is made`() async throws {
    let server = try LoopbackServer { _ in .bytes(Self.answer("200 OK", "")) }
    let output = try await run(
      "{ host: 127.0.0.1, port: \(server.port), url: \"\(server.url("/"))\", unit: a }",
      systemctl: shown("active", "running"))
    #expect(
      output["checks"]?.arrayValue?.compactMap { $0["kind"]?.stringValue } == ["tcp", "http", "systemd"])
    #expect(output["service"] == "a")
  }

  @Test(arguments: [
    ("{}", [": needs at least one of \"port\", \"url\", \"unit\", \"service\""]),
    ("{ port: 0 }", ["/port: expected a whole number from 1 to 65535, not 0"]),
    ("{ url: \"ftp://a\" }", ["/url: has the scheme \"ftp\"; http and https are possible"]),
    (
      "{ unit: \"--all\" }",
      ["/unit: \"--all\" cannot name a systemd unit; use letters, digits and :-_.\\@"]
    ),
    ("{ service: a*, port: 1 }", []),
    ("{ port: 1, expect_text: x }", ["/expect_text: is for \"url\", which is not given"]),
    ("{ unit: \"{{a}}\", url: \"{{b}}\" }", []),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(ServiceHealthStep.self, parameters) == problems)
  }

  @Test func `the example is right`() throws {
    #expect(try StepRunner.example(ServiceHealthStep.self)["attempts"] == 10)
  }
}
