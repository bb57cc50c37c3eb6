import Glibc
package import MissionModel
package import Posix

/// The programs of all jobs: the live `Processes` capability (contract §3). One for the daemon.
package final class ProcessesLive: Sendable {
  let table: ProcessTable
  let slots: ProcessSlots
  package let surroundings: Surroundings
  let held: HeldProcesses
  private let finder = ProgramFinder()
  let rulesets = RulesetCache()
  /// Where programs that were found in PATH really lead.
  let realPrograms = Lock<[String: String]>([:])

  /// What the configuration says of every process.
  package struct Surroundings: Sendable {
    package var environment: ChildEnvironment
    /// `kill_grace_ms`.
    package var killGrace: Duration
    /// How far processes are confined where the mission asks for no more.
    package var confinement = Confinement()
    /// Gives what confined processes may reach, where that may be read anew.
    package var findPlaces: @Sendable () -> ConfinementPlaces = { ConfinementPlaces() }
    /// Which confined processes may use the network.
    package var network = ConfinementNetwork.auto
    /// Gives what may run, where that may be read anew.
    package var findJudge: @Sendable () -> PolicyJudge = { [judge = PolicyJudge(Policy())] in judge }
    /// What the host can do about it.
    package var host = ConfinementHost(
      landlock: .failure(ConfinementGap("nobody looked for Landlock")),
      bubblewrap: { .failure(ConfinementGap("nobody looked for bubblewrap")) })
    /// Where detached processes are written down; nil where nobody would take them over.
    package var detached: DetachedProcesses?
    /// The program that fetches an answer for SSH_ASKPASS: this one.
    package var askPassProgram = ProcessIdentity.ownProgram

    /// Describes what all processes have in common.
    package init(environment: ChildEnvironment, killGrace: Duration = .milliseconds(5000)) {
      self.environment = environment
      self.killGrace = killGrace
    }
  }

  /// The attempt that processes are started for.
  package struct Attempt: Sendable {
    package var job: JobID
    package var step: String
    /// Unlike any other attempt's: the marker and the control group are named for it.
    package var marker: String
    package var workspace: WorkspaceLive
    package var log: StepLog
    /// The log's file, as `process_start` tells of it; a detached process writes there itself.
    package var logPath: String
    package var patterns: Patterns
    /// Takes secrets out of what processes write, before anybody reads it.
    package var masker = Masker.none
    /// How far the attempt's processes are confined.
    package var confinement = Confinement()
    /// Whether confined processes may use the network.
    package var allowsNetwork = true

    /// Describes an attempt.
    package init(
      job: JobID, step: String, marker: String, workspace: WorkspaceLive, log: StepLog, logPath: String,
      patterns: Patterns = .unavailable
    ) {
      self.job = job
      self.step = step
      self.marker = marker
      self.workspace = workspace
      self.log = log
      self.logPath = logPath
      self.patterns = patterns
    }
  }

  /// Makes the capability of a process table.
  package init(table: ProcessTable, slots: ProcessSlots, surroundings: Surroundings) {
    self.table = table
    self.slots = slots
    self.surroundings = surroundings
    held = HeldProcesses(table: table, grace: surroundings.killGrace, detached: surroundings.detached)
  }

  /// What the steps of one attempt are handed.
  package func capability(for attempt: Attempt) -> Processes {
    let counter = MarkerCounter(attempt.marker)
    return Processes(
      run: { [self] command throws(StepFailure) in
        try await run(command, for: attempt, marker: counter.next())
      },
      start: { [self] command, options throws(StepFailure) in
        try await start(command, options, for: attempt, marker: counter.next())
      },
      kill: { [self] target, options throws(StepFailure) in
        try await held.kill(target, options, job: attempt.job)
      },
      find: { [self] program in
        await finder.find(program, path: surroundings.environment.path(own: []))
      })
  }

  /// Ends what a job started and did not detach. Returns warnings about what could not be ended.
  package func endJob(_ job: JobID) async -> [String] { await held.endJob(job) }

  private func run(
    _ command: Command, for attempt: Attempt, marker: String
  ) async throws(StepFailure) -> ProcessOutput {
    let prepared = try await prepare(command, for: attempt)
    try await slots.acquire(for: attempt.job)
    defer { slots.release() }
    guard !Task.isCancelled else { throw .cancelled }
    let pump = OutputPump(
      log: attempt.log, maxOutputBytes: command.maxOutputBytes, masker: attempt.masker)
    let ending = try await carryOut(prepared, command, marker: marker, pump: pump)
    let (output, errors) = await pump.finish()
    let warnings = Self.warnings(of: ending)
    if ending.wasTerminated, !command.tellsOutputWhenEnded {
      var failure = StepFailure.cancelled
      failure.warnings = warnings
      failure.usage = ResourceUsage(ending.main)
      throw failure
    }
    var result = ProcessOutput(
      ending: ProcessEnding(ending), stdout: output.bytes, stderr: errors.bytes,
      stdoutTruncated: output.isTruncated, stderrTruncated: errors.isTruncated,
      usage: ResourceUsage(ending.main),
      warnings: warnings)
    result.reachedLimit = LimitWords.reached(
      ending, attempt.confinement.limits, controllers: surroundings.host.controllers, stderr: result.stderr)
    return result
  }

  /// A command whose program and directory have been found; it keeps the directory open.
  struct Prepared: Sendable {
    var configuration: SubprocessConfiguration
    let directory: DirectoryHandle
    let path: String
    let ruleset: Ruleset?
  }

  func prepare(_ command: Command, for attempt: Attempt) async throws(StepFailure) -> Prepared {
    guard !(command.arguments + command.environment.flatMap { [$0.key, $0.value] }).contains(where: \.hasNUL)
    else {
      throw StepFailure(.badParameters, "run \(command.program): an argument or variable holds a NUL byte")
    }
    let path = surroundings.environment.path(own: command.environment)
    let program = try await finder.resolve(command.program, path: path)
    let (directory, real) = try await Self.folder(command.workingDirectory, in: attempt.workspace)
    try await judge(command, program, in: real, path, attempt)
    var configuration = SubprocessConfiguration(
      program: program, arguments: [command.program] + command.arguments,
      environment: surroundings.environment.variables(
        for: command.program, own: command.environment, inherits: command.inheritsEnvironment))
    configuration.directory = .descriptor(directory.descriptor.rawValue)
    configuration.input = command.input.map { .bytes($0) } ?? .null
    let ruleset = try await confine(&configuration, in: real, for: attempt)
    return Prepared(configuration: configuration, directory: directory, path: path, ruleset: ruleset)
  }

  private static func folder(
    _ path: String?, in workspace: WorkspaceLive
  ) async throws(StepFailure) -> (handle: DirectoryHandle, path: String) {
    let root = String(decoding: workspace.judge.roots.workspace, as: UTF8.self)
    if path == nil, let own = workspace.openFolder { return (own, root) }
    let words = FileWords("work in", path ?? ".")
    return try await workspace.piece { () throws(StepFailure) in
      let found = try workspace.judge.open(words, .read)
      guard found.attributes.kind == .directory else { throw words.failure("it is no folder") }
      let real = String(decoding: found.real, as: UTF8.self)
      return (DirectoryHandle(found.take()), real)
    }
  }

  func launch(
    _ prepared: Prepared, _ command: Command, marker: String, pump: OutputPump
  ) async throws(StepFailure) -> ProcessTable.Handle {
    do throws(SpawnError) {
      let handle = try await table.start(prepared.configuration, attempt: marker) { pump.take($0, $1) }
      connect(pump, to: handle)
      // The child has entered its directory and its sandbox; until here they had to stay open.
      withExtendedLifetime((prepared.directory, prepared.ruleset)) {}
      return handle
    } catch { throw failure(of: error, prepared, command) }
  }

  /// Starts a process and waits for its end, in one call to the loop.
  private func carryOut(
    _ prepared: Prepared, _ command: Command, marker: String, pump: OutputPump
  ) async throws(StepFailure) -> TreeEnding {
    let answer = try await passwordAnswer(command)
    var configuration = prepared.configuration
    if let answer { configuration.environment += answer.environment(asking: surroundings.askPassProgram) }
    do throws(SpawnError) {
      let ending = try await table.run(
        configuration, attempt: marker, grace: surroundings.killGrace,
        started: { [self] handle in
          answer?.allow(descendantsOf: handle.pid)
          connect(pump, to: handle)
        }, sink: { pump.take($0, $1) })
      withExtendedLifetime((prepared.directory, prepared.ruleset, answer)) {}
      return ending
    } catch { throw failure(of: error, prepared, command) }
  }

  private func passwordAnswer(_ command: Command) async throws(StepFailure) -> PasswordAnswer? {
    guard let password = command.password else { return nil }
    return try await BlockingWork.files.run { () throws(StepFailure) in try PasswordAnswer(password) }
  }

  private func connect(_ pump: OutputPump, to handle: ProcessTable.Handle) {
    let table = table
    pump.setResume { stream in
      table.loop.execute { table.assumeIsolated { $0.resume(handle, stream) } }
    }
  }

  private func failure(of error: SpawnError, _ prepared: Prepared, _ command: Command) -> StepFailure {
    if error.errno.code == ENOENT { finder.forget(command.program, path: prepared.path) }
    return StepFailure(error.words)
  }

  static func warnings(of ending: TreeEnding) -> [String] {
    var warnings: [String] = []
    if !ending.leftOver.isEmpty {
      let names = ending.leftOver.map(\.description).joined(separator: ", ")
      warnings.append("ended what the command left running: \(names); what shall stay is a process_start")
    }
    if !ending.unkillable.isEmpty {
      let names = ending.unkillable.map(\.description).joined(separator: ", ")
      warnings.append("could not end \(names): not permitted, or asleep in the kernel")
    }
    return warnings
  }
}

/// Markers of one attempt's processes: its own for the first, then numbered.
private final class MarkerCounter: Sendable {
  private let marker: String
  private let count = Lock(0)
  init(_ marker: String) { self.marker = marker }
  func next() -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    return number == 1 ? marker : "\(marker).\(number)"
  }
}

extension String {
  fileprivate var hasNUL: Bool { utf8.contains(0) }
}

extension ResourceUsage {
  init(_ ending: ChildEnding) {
    self.init(
      userMilliseconds: ending.userMicroseconds / 1000, systemMilliseconds: ending.systemMicroseconds / 1000,
      maxRSSBytes: ending.maxResidentBytes)
  }
}

extension ProcessEnding {
  init(_ ending: TreeEnding) {
    switch ending.main.status {
    case .signalled(SIGKILL) where ending.ranOutOfMemory: self = .outOfMemory
    // A shell or bubblewrap tells of a killed program by its own exit code.
    case .exited(code: 128 + SIGKILL) where ending.ranOutOfMemory: self = .outOfMemory
    case .signalled(let signal): self = .signalled(signal)
    case .exited(let code): self = .exited(code: code)
    }
  }
}

extension SpawnError {
  /// The failure with a way out, where there is one.
  fileprivate var words: String {
    let wayOut =
      switch (stage, errno.code) {
      case (.exec, ENOENT): "; the file or the interpreter in its first line is not there"
      case (.exec, EACCES): "; is it executable, and may this user and the sandbox reach it"
      case (.exec, ENOEXEC): "; a script needs a first line such as #!/bin/sh"
      case (.exec, E2BIG): "; pass long input by stdin or a file"
      case (.clone, EAGAIN): "; the limit on processes is reached"
      case (.pipes, EMFILE): "; raise LimitNOFILE or lower limits.max_running_processes"
      default: ""
      }
    return description + wayOut
  }
}
