/// Lets a step start and end processes, each in a tree that goes as a whole (contract §3).
package struct Processes: Sendable {
  /// Runs a command to its end; a non-zero exit is a result, not a failure. On cancel the whole tree is
  /// ended before this throws `.cancelled`.
  package var run: @Sendable (_ command: Command) async throws(StepFailure) -> ProcessOutput
  /// Starts a process that outlives the attempt: it ends with the job, or stays if detached.
  package var start:
    @Sendable (_ command: Command, _ options: StartOptions) async throws(StepFailure) -> StartedProcess
  /// Ends a process that a job started.
  package var kill:
    @Sendable (_ target: KillTarget, _ options: KillOptions) async throws(StepFailure) -> KillResult
  /// Where a program stands in PATH; nil if it is not there.
  package var find: @Sendable (_ program: String) async -> String?

  /// Makes the capability of its closures.
  package init(
    run: @escaping @Sendable (Command) async throws(StepFailure) -> ProcessOutput,
    start: @escaping @Sendable (Command, StartOptions) async throws(StepFailure) -> StartedProcess,
    kill: @escaping @Sendable (KillTarget, KillOptions) async throws(StepFailure) -> KillResult,
    find: @escaping @Sendable (String) async -> String?
  ) {
    self.run = run
    self.start = start
    self.kill = kill
    self.find = find
  }

  /// Refuses everything: what a step gets that did not declare `runsProcesses`.
  package static let denied = Processes(
    run: { command throws(StepFailure) in throw refusal("run \(command.program)") },
    start: { command, _ throws(StepFailure) in throw refusal("start \(command.program)") },
    kill: { _, _ throws(StepFailure) in throw refusal("kill a process") },
    find: { _ in nil })

  private static func refusal(_ what: String) -> StepFailure {
    StepFailure(.denied, "\(what): this step type did not declare that it runs processes")
  }
}

/// A program to run with its arguments and surroundings.
package struct Command: Sendable, Equatable {
  /// A name to look up in PATH, or a path; a relative one starts at the working directory.
  package var program: String
  package var arguments: [String]
  /// Variables on top of the usual ones.
  package var environment: [(key: String, value: String)] = []
  /// False leaves only PATH and `environment`.
  package var inheritsEnvironment = true
  /// Relative to the workspace; nil for the workspace.
  package var workingDirectory: String?
  /// Bytes for standard input; nil for /dev/null.
  package var input: [UInt8]?
  /// Answers the one question for a password that the program asks through SSH_ASKPASS; see `ssh(1)`.
  package var password: String?
  /// Bytes of each output stream that are kept; over it the first and last halves.
  package var maxOutputBytes = 1 << 20
  /// True if a command that is ended before its time gives what it wrote until then, as one that a signal
  /// ended, and does not throw `.cancelled`.
  package var tellsOutputWhenEnded = false

  /// Makes a command.
  package init(_ program: String, _ arguments: [String] = []) {
    self.program = program
    self.arguments = arguments
  }

  package static func == (left: Command, right: Command) -> Bool {
    left.program == right.program && left.arguments == right.arguments
      && left.environment.elementsEqual(right.environment) { $0.key == $1.key && $0.value == $1.value }
      && left.inheritsEnvironment == right.inheritsEnvironment
      && left.workingDirectory == right.workingDirectory
      && left.input == right.input && left.password == right.password
      && left.maxOutputBytes == right.maxOutputBytes
  }
}

/// How a process ended.
package enum ProcessEnding: Sendable, Equatable {
  case exited(code: Int32)
  case signalled(Int32)
  /// The kernel ended it because the memory limit was reached.
  case outOfMemory
}

/// What a finished command left.
package struct ProcessOutput: Sendable, Equatable {
  package var ending: ProcessEnding
  package var stdout: [UInt8]
  package var stderr: [UInt8]
  package var stdoutTruncated: Bool
  package var stderrTruncated: Bool
  package var usage: ResourceUsage
  /// What the reader should know, such as processes that were left and ended.
  package var warnings: [String]
  /// The limit that ended it, in words; nil where none did or nobody can tell.
  package var reachedLimit: String?

  /// Makes an output.
  package init(
    ending: ProcessEnding, stdout: [UInt8] = [], stderr: [UInt8] = [], stdoutTruncated: Bool = false,
    stderrTruncated: Bool = false,
    usage: ResourceUsage = .init(userMilliseconds: 0, systemMilliseconds: 0, maxRSSBytes: 0),
    warnings: [String] = []
  ) {
    self.ending = ending
    self.stdout = stdout
    self.stderr = stderr
    self.stdoutTruncated = stdoutTruncated
    self.stderrTruncated = stderrTruncated
    self.usage = usage
    self.warnings = warnings
  }
}

/// How `Processes.start` waits until the process is ready, and how long it lives.
package struct StartOptions: Sendable, Equatable {
  /// The sign that the process is ready.
  package enum Readiness: Sendable, Equatable {
    case immediately
    case port(Int)
    /// A regular expression that a line of its output matches.
    case logPattern(String)
    case file(String)
  }
  package var readiness: Readiness
  /// Seconds until the start has failed.
  package var readyTimeoutSeconds: Int
  /// Lets the process outlive the job.
  package var detach: Bool
  /// Exit codes with which it may end before it is ready, as one does that puts a server into the background.
  package var successCodes: [Int]

  /// Makes options.
  package init(
    readiness: Readiness = .immediately, readyTimeoutSeconds: Int = 30, detach: Bool = false,
    successCodes: [Int] = []
  ) {
    self.readiness = readiness
    self.readyTimeoutSeconds = readyTimeoutSeconds
    self.detach = detach
    self.successCodes = successCodes
  }
}

/// A process that `Processes.start` started.
package struct StartedProcess: Sendable, Equatable {
  package var pid: Int32
  /// False for a detached process that lived already and was taken over.
  package var isNew: Bool
  package var isReady: Bool
  /// Where its log can be read: the path of the file.
  package var log: String

  /// Makes a handle.
  package init(pid: Int32, isNew: Bool = true, isReady: Bool, log: String) {
    self.pid = pid
    self.isNew = isNew
    self.isReady = isReady
    self.log = log
  }
}

/// What `Processes.kill` ends.
package enum KillTarget: Sendable, Equatable {
  case pid(Int32)
  /// The process that this `process_start` step of the same job started.
  case step(String)
}

/// How `Processes.kill` ends it.
package struct KillOptions: Sendable, Equatable {
  /// A signal's number.
  package var signal: Int32
  package var graceMilliseconds: Int
  /// Also everything that it started.
  package var tree: Bool

  /// Makes options.
  package init(signal: Int32, graceMilliseconds: Int, tree: Bool) {
    self.signal = signal
    self.graceMilliseconds = graceMilliseconds
    self.tree = tree
  }
}

/// What became of a process that was to end.
package struct KillResult: Sendable, Equatable {
  package var pid: Int32
  /// False if it was over already.
  package var killed: Bool
  package var ending: ProcessEnding?

  /// Makes a result.
  package init(pid: Int32, killed: Bool, ending: ProcessEnding?) {
    self.pid = pid
    self.killed = killed
    self.ending = ending
  }
}
