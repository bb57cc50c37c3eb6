package import Formats
package import MissionModel

/// Ends a process that a `process_start` step started.
package struct ProcessKillStep: StepType {
  package static let name = "process_kill"
  package static let summary = "End a process that process_start started, with all that came of it."
  package static let effects: Effects = [.runsProcesses]
  package static let example = """
    step_type: process_kill
    parameters: { step: server, signal: INT, grace_ms: 2000 }
    """
  package static let outputs = [
    OutputField("pid", "integer", "The process."),
    OutputField("killed", "bool", "False if it had ended by itself."),
    OutputField(
      "exit_code", "integer", "Its exit code; null where a signal ended it, or nobody saw its end."),
    OutputField("signal", "string", "The signal that ended it, such as SIGTERM, or null."),
  ]

  private let pid: Int?
  private let step: String?
  private let signal: Int32
  private let graceMilliseconds: Int
  private let tree: Bool

  package init(_ p: inout ParameterReader) {
    pid = p.optional("pid", .integer(1...Int(Int32.max)), "The process: one that a job started.")
    step = p.optional("step", .nonEmptyString, "The process_start step of this job whose process is to end.")
    p.exactlyOne(of: ["pid", "step"])
    let name = p.optional("signal", .string, default: "TERM", "How it is asked to end, by name or number.")
    let known = SignalName.number(name)
    signal = known ?? 15
    if known == nil, !p.isOpen("signal") {
      p.problem(at: "signal", "\"\(name)\" is no signal", hint: "give a name such as TERM, or a number to 64")
    }
    graceMilliseconds = p.optional(
      "grace_ms", .integer(0...3_600_000), default: 5000, "How long it may take, before SIGKILL.")
    tree = p.optional("tree", .bool, default: true, "Also end what it started; false leaves that to the job.")
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let options = KillOptions(signal: signal, graceMilliseconds: graceMilliseconds, tree: tree)
    let target: KillTarget
    if let step {
      target = .step(step)
    } else if let number = pid.flatMap({ Int32(exactly: $0) }) {
      target = .pid(number)
    } else {
      throw StepFailure(.badParameters, "kill: needs one of \"pid\", \"step\"")
    }
    let result = try await context.processes.kill(target, options)
    return [
      "pid": JSON(result.pid), "killed": .bool(result.killed),
      "exit_code": result.ending.map(ProcessFailure.exitCode) ?? .null,
      "signal": result.ending.map(ProcessFailure.signal) ?? .null,
    ]
  }
}
