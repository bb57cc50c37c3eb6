import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct CommandStepTests {
  private var runner: StepRunner

  init() throws { runner = try StepRunner() }

  private func run(
    _ parameters: String, _ output: ProcessOutput = ProcessOutput(ending: .exited(code: 0))
  ) async throws -> (output: JSON, command: Command?) {
    let processes = ScriptedProcesses { _ in output }
    var runner = runner
    runner.capabilities.processes = processes.processes
    return (try await runner.run(CommandStep.self, parameters), processes.commands.value.last)
  }

  @Test(arguments: [("exit 2\\n", "run exit 2:"), ("\\n# A word.\\nexit 2\\n", "run # A word. …:")])
  func `a script that fails is called by its first line`(script: String, title: String) async throws {
    let failed = await failure {
      try await run("{ command: \"\(script)\", shell: true }", ProcessOutput(ending: .exited(code: 2)))
    }
    #expect(failed?.message == title + " exited with code 2")
  }

  @Test func `a line is split into words, and the output is what the program left`() async throws {
    let left = ProcessOutput(
      ending: .exited(code: 0), stdout: Array("out\n".utf8), stderr: [0x65, 0xFF], stderrTruncated: true,
      usage: ResourceUsage(userMilliseconds: 1, systemMilliseconds: 2, maxRSSBytes: 3))
    let (output, command) = try await run("{ command: \"printf '%s x' \\\"a b\\\"\" }", left)
    #expect(command == Command("printf", ["%s x", "a b"]))
    #expect(
      output == [
        "command": "printf", "args": ["%s x", "a b"], "exit_code": 0, "signal": nil, "stdout": "out\n",
        "stderr": "e\u{FFFD}", "stdout_truncated": false, "stderr_truncated": true,
        "usage": ["user_ms": 1, "system_ms": 2, "max_rss_bytes": 3],
      ])
    #expect(StepDeclaration(CommandStep.self).mainOutput(of: output) == "out")
  }

  @Test func `with args the command is the program alone`() async throws {
    let (output, command) = try await run("{ command: my tool, args: [a b, \"|\"] }")
    #expect(command == Command("my tool", ["a b", "|"]))
    #expect(output["args"] == ["a b", "|"])
  }

  @Test func `a shell gets the line as it is, and args as its own`() async throws {
    let (output, command) = try await run("{ command: \"echo $1 | cat\", shell: true, args: [x] }")
    #expect(command == Command("/bin/sh", ["-c", "echo $1 | cat", "sh", "x"]))
    #expect(output["command"] == "echo $1 | cat")
  }

  @Test(arguments: ["working_dir", "working_directory"])
  func `surroundings are handed on`(spelling: String) async throws {
    let (_, command) = try await run(
      """
      { command: env, environment: { B: 2, A: x }, inherit_environment: false, \(spelling): sub,
        stdin: text, max_output_bytes: 10 }
      """)
    var expected = Command("env")
    expected.environment = [("B", "2"), ("A", "x")]
    expected.inheritsEnvironment = false
    expected.workingDirectory = "sub"
    expected.input = Array("text".utf8)
    expected.maxOutputBytes = 10
    #expect(command == expected)
  }

  @Test(arguments: [
    (
      ProcessEnding.exited(code: 2), "run make: exited with code 2: no rule\nstop", JSON.integer(2), JSON.null
    ),
    (.exited(code: 127), "run make: exited with code 127 (command not found): no rule\nstop", 127, nil),
    (.signalled(11), "run make: was killed by SIGSEGV: no rule\nstop", nil, "SIGSEGV"),
    (
      .outOfMemory,
      "run make: was killed because memory ran out; raise limits.memory_bytes or let it use less: "
        + "no rule\nstop", nil, "SIGKILL"
    ),
  ])
  func `a failure says how it ended, and carries the output`(
    ending: ProcessEnding, message: String, code: JSON, signal: JSON
  ) async throws {
    let left = ProcessOutput(ending: ending, stderr: Array("no rule\nstop\n".utf8))
    let failed = await failure { try await run("{ command: make }", left) }
    #expect(failed?.message == message)
    #expect(failed?.output?["exit_code"] == code)
    #expect(failed?.output?["signal"] == signal)
    #expect(failed?.output?["stderr"] == "no rule\nstop\n")
    #expect(failed?.usage == left.usage)
  }

  @Test func `success codes are no failure`() async throws {
    let left = ProcessOutput(ending: .exited(code: 1), warnings: ["a child was left"])
    #expect(try await run("{ command: grep x, success_codes: [0, 1] }", left).output["exit_code"] == 1)
    #expect(runner.warnings.value == ["a child was left"])
    #expect(try await run("{ command: grep x, success_codes: 1 }", left).output["exit_code"] == 1)
  }

  @Test func `a code that is none of the success codes is told beside them`() async throws {
    let failed = await failure {
      try await run("{ command: grep x, success_codes: [1, 2] }", ProcessOutput(ending: .exited(code: 0)))
    }
    #expect(failed?.message == "run grep: exited with code 0; success_codes: 1, 2")
  }

  @Test func `what it wrote until it was ended stands in the failure`() async throws {
    let left = ProcessOutput(
      ending: .signalled(15), stdout: Array("half\n".utf8), stderr: Array("linking\n".utf8))
    let failed = await failure { try await run("{ command: make }", left) }
    #expect(failed?.message == "run make: was killed by SIGTERM: linking")
    #expect(failed?.output?["stdout"] == "half\n")
    #expect(try await run("{ command: make }").command?.tellsOutputWhenEnded == true)
  }

  @Test func `a cancel goes through`() async throws {
    var runner = runner
    runner.capabilities.processes = ScriptedProcesses { _ throws(StepFailure) in throw .cancelled }.processes
    let stopped = runner
    #expect(await failure { try await stopped.run(CommandStep.self, "{ command: sleep 9 }") } == .cancelled)
  }

  @Test(arguments: [
    ("{}", ["/command: is required"]),
    ("{ command: \" \" }", ["/command: is empty"]),
    ("{ command: \"a | b\" }", ["/command: \"|\" is for a shell: set shell: true, or quote it"]),
    ("{ command: \"a && {{x}}\" }", ["/command: \"&&\" is for a shell: set shell: true, or quote it"]),
    ("{ command: \"a '|' b\" }", []),
    ("{ command: \"a | b\", args: [] }", []),
    (
      "{ command: \"echo {{a}} | cat {{ b | shell_quote }} {{ c | raw }}\", shell: true }",
      [
        "/command: {{a}} would be read by the shell; end it in shell_quote, or in raw to have the shell read it"
      ]
    ),
    (
      "{ command: x, environment: { \"A=B\": 1 } }",
      ["/environment: \"A=B\" cannot name a variable; a name is not empty and holds no ="]
    ),
    ("{ command: x, environment: { A: [1] } }", ["/environment/A: expected a string, not [1]"]),
    (
      "{ command: x, success_codes: [256] }",
      ["/success_codes/0: expected a whole number from 0 to 255, not 256"]
    ),
    (
      "{ command: x, working_dir: a, working_directory: b }",
      ["/working_directory: is another spelling of \"working_dir\", which is given too; keep one of them"]
    ),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(CommandStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    var runner = runner
    let processes = ScriptedProcesses()
    runner.capabilities.processes = processes.processes
    _ = try await runner.run(CommandStep.self, try StepRunner.example(CommandStep.self))
    #expect(processes.commands.value.first?.arguments == ["build", "-c", "release"])
  }
}
