package import Formats
package import MissionModel

/// Runs a program to its end and gives what it wrote.
package struct CommandStep: StepType {
  package static let name = "command"
  package static let summary = "Run a program, without a shell unless asked for one."
  package static let effects: Effects = [.readsFiles, .runsProcesses]
  package static let example = """
    step_type: command
    parameters: { command: swift build -c release, environment: { LANG: C.UTF-8 } }
    """
  package static let outputs = [
    OutputField("command", "string", "The program, or the line that the shell was given."),
    OutputField("args", "list", "Its arguments."),
    OutputField("exit_code", "integer", "The exit code; null where a signal ended it."),
    OutputField("signal", "string", "The signal that ended it, such as SIGKILL, or null."),
    OutputField("stdout", "string", "What it wrote to standard output."),
    OutputField("stderr", "string", "What it wrote to standard error."),
    OutputField("stdout_truncated", "bool", "True if the middle of stdout was left out."),
    OutputField("stderr_truncated", "bool", "True if the middle of stderr was left out."),
    OutputField(
      "usage", "map",
      "user_ms, system_ms and max_rss_bytes of all its processes; Linux begins the last with what the program "
        + "held that started them."),
  ]
  package static let mainOutput: String? = "stdout"

  private let parameters: CommandParameters
  private let input: String?
  private let successCodes: [Int]
  private let maxOutputBytes: Int

  package init(_ p: inout ParameterReader) {
    parameters = CommandParameters(&p)
    input = p.optional("stdin", .string, "Text for its standard input; it is empty by default.")
    successCodes = p.optional(
      "success_codes", .oneOrMore(.integer(0...255)), default: [0], "Exit codes that are no failure.")
    maxOutputBytes = p.optional(
      "max_output_bytes", .integer(0...Int.max), default: 1 << 20,
      "Keep so many bytes of each stream; over it the first and last halves. The log has everything.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    var command = try parameters.command()
    command.input = input.map { Array($0.utf8) }
    command.maxOutputBytes = maxOutputBytes
    // How far it came is what is asked first about a command that took too long.
    command.tellsOutputWhenEnded = true
    let result = try await context.processes.run(command)
    for warning in result.warnings { context.warn(warning) }
    let output = describe(result)
    if case .exited(let code) = result.ending, successCodes.contains(Int(code)) { return output }
    var message = ProcessFailure.message(parameters.heading, result)
    if case .exited = result.ending, successCodes != [0] {
      message += "; success_codes: \(successCodes.map(String.init).joined(separator: ", "))"
    }
    var failure = StepFailure(Task.isCancelled ? .cancelled : .failed, message, output: output)
    failure.usage = result.usage
    throw failure
  }

  private func describe(_ result: ProcessOutput) -> JSON {
    [
      "command": .string(parameters.title),
      "args": .array(parameters.reportedArguments.map(JSON.string)),
      "exit_code": ProcessFailure.exitCode(result.ending), "signal": ProcessFailure.signal(result.ending),
      "stdout": .string(String(decoding: result.stdout, as: UTF8.self)),
      "stderr": .string(String(decoding: result.stderr, as: UTF8.self)),
      "stdout_truncated": .bool(result.stdoutTruncated), "stderr_truncated": .bool(result.stderrTruncated),
      "usage": [
        "user_ms": JSON(result.usage.userMilliseconds), "system_ms": JSON(result.usage.systemMilliseconds),
        "max_rss_bytes": JSON(result.usage.maxRSSBytes),
      ],
    ]
  }
}
