import Formats
import Foundation
import TestSupport
import Testing

/// A policy that is changed while the daemon runs, and taken up on SIGHUP.
@Suite(.timeLimit(.minutes(2))) struct PolicyReloadTests {
  private let directory: TemporaryDirectory
  private let daemon: TestDaemon

  init() async throws {
    directory = try TemporaryDirectory()
    try directory.write("open", to: "shared/file")
    daemon = try await TestDaemon(
      configuration: "paths: {read: [\(directory / "shared")]}", directory: directory)
  }

  /// Changes the configuration and waits for the line that tells what became of it.
  private func reload(_ configuration: String, until line: String) async throws {
    try directory.write(configuration, to: "missiond.yaml")
    daemon.process.send(SIGHUP)
    try await daemon.process.waitForLine(containing: line)
  }

  private func submit(_ command: String) async throws -> TestDaemon.Answer {
    try await daemon.ask(
      "/missions/execute", method: "POST",
      body: "name: one\nsteps:\n  - {id: a, step_type: command, parameters: {command: \(command)}}\n")
  }

  @Test func `a new policy holds for later submissions, and for later steps of jobs that run`() async throws {
    let (gate, shared) = (directory / "gate", directory / "shared")
    let id = try await daemon.submit(
      """
      name: long
      config: {fail_fast: false}
      steps:
        - id: hold
          step_type: command
          parameters: {shell: true, command: "while [ ! -e \(gate) ]; do sleep 0.05; done; uname"}
        - {id: type, depends_on: [hold], step_type: list_directory, parameters: {path: .}}
        - {id: program, depends_on: [hold], step_type: command, parameters: {command: uname}}
        - {id: path, depends_on: [hold], step_type: read_file, parameters: {path: \(shared)/file}}
        - {id: host, depends_on: [hold], step_type: http, parameters: {url: "\(daemon.url)/livez"}}
        - {id: head, depends_on: [hold], step_type: noop, timeout_seconds: 500}
        - {id: fine, depends_on: [hold], step_type: noop}
      """)
    try await daemon.step("hold", of: id, is: "running")
    #expect(try await submit("uname").status == 202)
    try await reload(
      """
      paths: {read: [\(shared)]}
      policy:
        step_types: {deny: [list_directory]}
        commands: {deny: [uname]}
        paths: {deny: [\(shared)]}
        hosts: {deny: [127.0.0.1]}
        limits: {timeout_seconds: 400}
      """, until: "configuration read anew")
    let denied = try await submit("uname")
    #expect(denied.status == 403)
    #expect(denied.body.contains(#"\"uname\" is denied by the rule \"uname\""#), "\(denied.body)")
    try directory.write("", to: "gate")
    let job = try await daemon.ended(id)
    func step(_ name: String) -> (status: String, error: String) {
      let result = job["step_results"]?[name]
      return (result?["status"]?.stringValue ?? "", result?["error"]?.stringValue ?? "")
    }
    // What ran already went on under the old policy: its shell was let run uname.
    #expect(step("hold").status == "success" && step("fine").status == "success", "\(job.compact)")
    #expect(step("type").error.contains("the step type list_directory is denied"))
    #expect(step("program").error.contains("is denied by the rule \"uname\""))
    #expect(step("path").status == "failed")
    #expect(step("host").error.contains("is denied by the rule \"127.0.0.1\""))
    #expect(step("head").error.contains("500 is more than policy.limits.timeout_seconds, which is 400"))

    try await reload("{}", until: "changed=\"policy")
    #expect(try await submit("uname").status == 202)
  }

  @Test func `a connection that was kept is not used once its address is denied`() async throws {
    let server = try LoopbackServer { _ in .bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
    let mission = """
      name: kept
      steps:
        - {id: fetch, step_type: http, parameters: {url: "http://localhost:\(server.port)/"}}
      """
    #expect(try await daemon.execute(mission)["status"] == "completed")
    try await reload(
      "policy: {hosts: {deny: ['127.0.0.1:\(server.port)', '[::1]:\(server.port)']}}",
      until: "configuration read anew")
    let job = try await daemon.execute(mission)
    let error = job["step_results"]?["fetch"]?["error"]?.stringValue ?? ""
    #expect(error.contains("localhost, which leads to 127.0.0.1:\(server.port) is denied by"), "\(error)")
    #expect(server.requests.value.count == 1)
  }

  @Test(arguments: [
    ("policy: {commands: {deny: [uname", "1:"), ("policy: {step_types: {deny: [htp]}}", "can never match"),
    ("polcy: {}", "is no setting"), ("policy: {limits: {timeout_seconds: never}}", "must be"),
  ])
  func `a file with a mistake leaves the policy as it was, and the log says why`(
    text: String, reason: String
  ) async throws {
    try await reload("policy: {commands: {deny: [uname]}}", until: "configuration read anew")
    #expect(try await submit("uname").status == 403)
    try await reload(text, until: "configuration not taken over")
    let line = try await daemon.process.waitForLine(containing: "configuration not taken over")
    #expect(line.contains(directory / "missiond.yaml") && line.contains(reason), "\(line)")
    #expect(try await submit("uname").status == 403)
    #expect(try await submit("id").status == 202)
  }
}
