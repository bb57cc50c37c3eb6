import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct ProcessStartStepTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  private func run(_ parameters: String, isNew: Bool = true) async throws -> (JSON, Command?, StartOptions?) {
    let asked = Observed<(Command, StartOptions)?>(nil)
    var runner = runner
    runner.capabilities.processes = .denied
    runner.capabilities.processes.start = { command, options throws(StepFailure) in
      asked.update { $0 = (command, options) }
      return StartedProcess(pid: 7, isNew: isNew, isReady: true, log: "/logs/a.log")
    }
    let output = try await runner.run(ProcessStartStep.self, parameters)
    return (output, asked.value?.0, asked.value?.1)
  }

  @Test func `the command is one of command, and the output tells where it runs`() async throws {
    let (output, command, options) = try await run(
      "{ command: sh serve.sh, environment: { A: 1 }, working_dir: d, stdin: x }")
    #expect(output == ["pid": 7, "started": true, "ready": true, "log": "/logs/a.log"])
    var expected = Command("sh", ["serve.sh"])
    expected.environment = [("A", "1")]
    expected.workingDirectory = "d"
    expected.input = Array("x".utf8)
    expected.maxOutputBytes = 2048
    #expect(command == expected)
    #expect(options == StartOptions())
    #expect(
      try await run(
        "{ command: sh, args: [serve.sh], environment: { A: 1 }, working_directory: d, stdin: x }"
      ).1 == command)
    expected = Command("x")
    expected.inheritsEnvironment = false
    expected.maxOutputBytes = 2048
    #expect(try await run("{ command: x, inherit_environment: false }").1 == expected)
    #expect(try await run("{ command: x }", isNew: false).0["started"] == false)
  }

  @Test(arguments: [
    ("{ port: 80 }", StartOptions(readiness: .port(80))),
    (
      "{ log_pattern: ^up, timeout_seconds: 5 }",
      StartOptions(readiness: .logPattern("^up"), readyTimeoutSeconds: 5)
    ),
    ("{ file: run/pid }", StartOptions(readiness: .file("run/pid"))),
  ])
  func `readiness is a port, a line or a file`(ready: String, options: StartOptions) async throws {
    #expect(try await run("{ command: x, ready: \(ready) }").2 == options)
  }

  @Test func `detached is said`() async throws {
    #expect(try await run("{ command: x, detach: true }").2 == StartOptions(detach: true))
  }

  @Test func `what may end before it is ready, and what a failure tells, is said`() async throws {
    let (_, command, options) = try await run("{ command: x, success_codes: [0, 3], max_output_bytes: 10 }")
    #expect(options == StartOptions(successCodes: [0, 3]))
    #expect(command?.maxOutputBytes == 10)
    #expect(try await run("{ command: x, success_codes: 0 }").2?.successCodes == [0])
  }

  @Test(arguments: [
    ("{}", ["/command: is required"]),
    (
      "{ command: x, success_codes: [256] }",
      ["/success_codes/0: expected a whole number from 0 to 255, not 256"]
    ),
    (
      "{ command: x, success_codes: [0], detach: true }",
      [
        "/success_codes: is nothing for detach: what is detached is the process that was started; "
          + "let it stay in the foreground"
      ]
    ),
    (
      "{ command: x, max_output_bytes: -1 }",
      ["/max_output_bytes: expected a whole number of at least 0, not -1"]
    ),
    ("{ command: x, ready: {} }", ["/ready: needs exactly one of port, log_pattern and file"]),
    (
      "{ command: x, ready: { port: 1, file: a } }",
      ["/ready: needs exactly one of port, log_pattern and file"]
    ),
    (
      "{ command: x, ready: { port: 70000 } }",
      ["/ready/port: expected a whole number from 1 to 65535, not 70000"]
    ),
    (
      "{ command: x, ready: { url: a } }",
      ["/ready/url: unknown member; known are port, log_pattern, file and timeout_seconds"]
    ),
    ("{ command: x, ready: { file: \"\" } }", ["/ready/file: expected a string that is not empty, not \"\""]),
    ("{ command: x, ready: { port: \"{{p.output}}\" } }", []),
    (
      "{ command: x, ready: soon }",
      ["/ready: expected {port}, {log_pattern} or {file}, and timeout_seconds, not \"soon\""]
    ),
    ("{ command: \"a | b\" }", ["/command: \"|\" is for a shell: set shell: true, or quote it"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(ProcessStartStep.self, parameters) == problems)
  }

  @Test func `the example is right`() throws {
    #expect(try StepRunner.example(ProcessStartStep.self)["ready"]?["port"] == 8080)
  }
}
