package import Formats
package import MissionModel

/// One call of a tool.
package struct CodeInvocation: Sendable, Equatable {
  package var tool: CodeTool
  /// A program of the project that goes before the tool's own, such as `./gradlew`.
  package var local: String?
  package var arguments: [String]
  package var dialect: DiagnosticDialect
  /// Variables that the tool needs; the mission's own go before.
  package var environment: [(key: String, value: String)] = []
  /// Bytes for its standard input.
  package var input: [UInt8]?
  /// Bytes of each stream that are read, where the usual bound is too small for what a tool reports.
  package var maxOutputBytes: Int?

  /// Describes a call.
  package init(
    _ tool: CodeTool, local: String? = nil, _ arguments: [String], _ dialect: DiagnosticDialect,
    environment: [(key: String, value: String)] = []
  ) {
    self.tool = tool
    self.local = local
    self.arguments = arguments
    self.dialect = dialect
    self.environment = environment
  }

  package static func == (left: CodeInvocation, right: CodeInvocation) -> Bool {
    left.tool == right.tool && left.local == right.local && left.arguments == right.arguments
      && left.dialect == right.dialect && left.input == right.input
      && left.maxOutputBytes == right.maxOutputBytes
      && left.environment.elementsEqual(right.environment) { $0.key == $1.key && $0.value == $1.value }
  }
}

/// Calls tools for one step, in its project's folder.
package struct CodeRun: Sendable {
  package let project: CodeProject
  /// What the step does, for messages: `compile`.
  package let purpose: String
  private let environment: StringMap
  private let context: StepContext

  /// Bytes of each stream that are read and reported; over it the first and last halves.
  private static let maxOutputBytes = 2 << 20
  /// Messages in English without colours, which can be read; and nothing that asks.
  private static let surroundings: [(key: String, value: String)] = [
    ("LC_ALL", "C.UTF-8"), ("LANGUAGE", ""), ("NO_COLOR", "1"), ("TERM", "dumb"), ("CI", "true"),
    ("CARGO_TERM_COLOR", "never"), ("PYTHONUNBUFFERED", "1"), ("npm_config_update_notifier", "false"),
  ]

  /// Prepares calls.
  package init(_ project: CodeProject, _ purpose: String, _ environment: StringMap, _ context: StepContext) {
    self.project = project
    self.purpose = purpose
    self.environment = environment
    self.context = context
  }

  /// The first of a tool's programs that is on this host; nil where none is.
  package func find(_ tool: CodeTool) async -> String? {
    for program in tool.programs where await context.processes.find(program) != nil { return program }
    // The mission's own PATH is known only when a program starts.
    return environment["PATH"] == nil ? nil : tool.programs[0]
  }

  /// The first of several tools that is on this host.
  ///
  /// - Throws: where none is, naming what to install.
  package func choose(_ tools: [CodeTool]) async throws(StepFailure) -> CodeTool {
    for tool in tools where await find(tool) != nil { return tool }
    let names = tools.map { $0.programs[0] }
    throw StepFailure(
      "\(purpose) \(project.path): \(Self.list(names, "nor")) \(names.count > 1 ? "are" : "is not") on this "
        + "host; install \(Self.list(tools.map(\.source), "or"))")
  }

  private static func list(_ words: [String], _ last: String) -> String {
    guard words.count > 1 else { return words[0] }
    let text = words.joined(separator: " \(last) ")
    return last == "nor" ? "neither " + text : text
  }

  /// Runs one call to its end, whatever its exit code is.
  ///
  /// - Throws: where the program is missing or could not be started, and on cancel.
  package func run(_ call: CodeInvocation) async throws(StepFailure) -> ToolAnswer {
    let program: String
    if let local = call.local {
      program = local
    } else if let found = await find(call.tool) {
      program = found
    } else {
      _ = try await choose([call.tool])
      program = call.tool.programs[0]
    }
    var command = Command(program, call.arguments)
    let own = environment.entries
    let usual = Self.surroundings + call.environment
    command.environment = usual.filter { usual in !own.contains { $0.key == usual.key } } + own
    command.workingDirectory = project.folder
    command.input = call.input
    command.maxOutputBytes = call.maxOutputBytes ?? Self.maxOutputBytes
    let output = try await context.processes.run(command)
    for warning in output.warnings { context.warn(warning) }
    return ToolAnswer(call, program: program, output)
  }

  /// Runs calls one after another until one fails.
  package func run(_ calls: [CodeInvocation]) async throws(StepFailure) -> ToolAnswer {
    precondition(!calls.isEmpty, "a step calls at least one tool")
    var whole: ToolAnswer?
    for call in calls {
      let answer = try await run(call)
      if whole == nil { whole = answer } else { whole?.append(answer) }
      if !answer.succeeded { break }
    }
    guard let whole else { preconditionFailure("there was a call") }
    return whole
  }

  /// The diagnostics of an answer, with files as the mission names them.
  package func diagnostics(of answer: ToolAnswer) async throws(StepFailure) -> [Diagnostic] {
    let project = project
    return try await context.heavyWork.run { _ in
      answer.parts.flatMap { $0.dialect.parse(stdout: $0.stdout, stderr: $0.stderr) }.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.file = diagnostic.file.map(project.located)
        return diagnostic
      }
    }
  }

  /// Why a step failed: what the tool found, or how it ended.
  package func failure(
    _ answer: ToolAnswer, _ diagnostics: [Diagnostic], output: JSON
  ) -> StepFailure {
    let title = "\(purpose) \(project.path)"
    let errors = diagnostics.count(of: .error)
    var message: String
    if let first = diagnostics.first(where: { $0.severity == .error }), answer.hasExited {
      message = "\(title): \(answer.tool) found \(errors) error\(errors == 1 ? "" : "s"): \(first.sentence)"
    } else {
      var last = answer.last
      // Some tools tell all they have to say on standard output; its end says how it went.
      if ProcessFailure.endOfText(last.stderr).isEmpty {
        let end = ProcessFailure.endOfText(last.stdout).split(separator: "\n").last ?? ""
        last.stderr = Array(end.utf8)
      }
      message = "\(title): " + ProcessFailure.message(answer.tool, last)
    }
    if message.utf8.count > 4096 { message = TerminalText.shortened(message, toBytes: 4096) }
    var failure = StepFailure(message, output: output)
    failure.usage = answer.last.usage
    return failure
  }
}

/// What the calls of a step left, one after another.
package struct ToolAnswer: Sendable {
  /// The text of one call, and how it is read.
  package struct Part: Sendable {
    package let dialect: DiagnosticDialect
    package let stdout: String
    package let stderr: String
  }

  package private(set) var parts: [Part]
  /// The program of the last call.
  package private(set) var tool: String
  /// The calls as a shell would take them.
  package private(set) var command: String
  /// What the last call left.
  package private(set) var last: ProcessOutput

  init(_ call: CodeInvocation, program: String, _ output: ProcessOutput) {
    parts = [
      Part(
        dialect: call.dialect, stdout: String(decoding: output.stdout, as: UTF8.self),
        stderr: String(decoding: output.stderr, as: UTF8.self))
    ]
    tool = program
    command = ([program] + call.arguments).map(ShellWords.quote).joined(separator: " ")
    last = output
  }

  mutating func append(_ answer: ToolAnswer) {
    parts += answer.parts
    tool = answer.tool
    command += " && " + answer.command
    last = answer.last
  }

  /// True if the last call exited with 0.
  package var succeeded: Bool { last.ending == .exited(code: 0) }

  /// True if no signal ended the last call.
  package var hasExited: Bool { if case .exited = last.ending { true } else { false } }

  /// What all calls wrote to standard output.
  package var stdout: String { parts.map(\.stdout).joined() }
  /// What all calls wrote to standard error.
  package var stderr: String { parts.map(\.stderr).joined() }

  /// The fields that compiling and testing give of it.
  package func fields(success: Bool, _ diagnostics: [Diagnostic]) -> JSONObject {
    [
      "success": .bool(success), "exit_code": ProcessFailure.exitCode(last.ending), "stdout": .string(stdout),
      "stderr": .string(stderr), "diagnostics": .array(diagnostics.map(\.json)), "tool": .string(tool),
      "command": .string(command),
    ]
  }

  /// The declaration of those fields.
  package static let outputs = [
    OutputField("success", "bool", "True if the tool ended well."),
    OutputField("exit_code", "integer", "The exit code of the last call; null where a signal ended it."),
    OutputField("stdout", "string", "What it wrote to standard output; of much the first and last MiB."),
    OutputField("stderr", "string", "What it wrote to standard error; of much the first and last MiB."),
    OutputField(
      "diagnostics", "list", "file, line, column, severity (error, warning, note), message of each."),
    OutputField("tool", "string", "The program that was called."),
    OutputField("command", "string", "The whole call, as a shell would take it."),
  ]
}
