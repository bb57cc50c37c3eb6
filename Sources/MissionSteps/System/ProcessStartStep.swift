package import Formats
package import MissionModel

/// Starts a process that stays: a server that later steps talk to.
package struct ProcessStartStep: StepType {
  package static let name = "process_start"
  package static let summary = "Start a program that runs on while later steps use it."
  package static let effects: Effects = [.readsFiles, .runsProcesses, .keepsProcesses]
  package static let example = """
    step_type: process_start
    parameters: { command: python3 -m http.server 8080, ready: { port: 8080, timeout_seconds: 10 } }
    """
  package static let outputs = [
    OutputField("pid", "integer", "The process."),
    OutputField("started", "bool", "False if a detached process lived already and was taken over."),
    OutputField("ready", "bool", "True: a process that does not become ready fails the step."),
    OutputField("log", "string", "The file with what it writes."),
  ]

  private let parameters: CommandParameters
  private let input: String?
  private let ready: ReadyParameter?
  private let isDetached: Bool
  private let successCodes: [Int]
  private let maxOutputBytes: Int

  package init(_ p: inout ParameterReader) {
    parameters = CommandParameters(&p)
    input = p.optional("stdin", .string, "Text for its standard input; it is empty by default.")
    ready = p.optional(
      "ready", .ready, "The sign that it is ready: a port, a pattern of its output, or a file.")
    if case .logPattern(let pattern)? = ready?.readiness {
      p.checkPattern(at: "ready", part: "/log_pattern", pattern, PatternOptions(isMultiline: true))
    }
    isDetached = p.optional(
      "detach", .bool, default: false, "True lets it outlive the job; else it ends with it.")
    successCodes = p.optional(
      "success_codes", .oneOrMore(.integer(0...255)), default: [],
      "Exit codes with which it may end before it is ready: it has put a server into the background.")
    maxOutputBytes = p.optional(
      "max_output_bytes", .integer(0...Int.max), default: 2048,
      "Tell so many bytes of each stream where the start fails; over it the first and last halves.")
    if !successCodes.isEmpty, isDetached {
      p.problem(
        at: "success_codes", "is nothing for detach: what is detached is the process that was started",
        hint: "let it stay in the foreground")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    var command = try parameters.command()
    command.input = input.map { Array($0.utf8) }
    command.maxOutputBytes = maxOutputBytes
    let options = StartOptions(
      readiness: ready?.readiness ?? .immediately,
      readyTimeoutSeconds: ready?.timeoutSeconds ?? ReadyParameter.defaultTimeoutSeconds, detach: isDetached,
      successCodes: successCodes)
    let started = try await context.processes.start(command, options)
    return [
      "pid": JSON(started.pid), "started": .bool(started.isNew), "ready": .bool(started.isReady),
      "log": .string(started.log),
    ]
  }
}
