import Glibc
import MissionModel
import Posix

extension ProcessesLive {
  /// Starts a process that outlives the attempt, and waits until it is ready.
  ///
  /// A held process takes no place among the running ones: it would keep it for as long as its job lives.
  func start(
    _ command: Command, _ options: StartOptions, for attempt: Attempt, marker: String
  ) async throws(StepFailure) -> StartedProcess {
    let key = DetachedProcesses.key(of: command, step: attempt.step, workspace: attempt.workspace.path)
    if options.detach, let detached = surroundings.detached,
      let record = await BlockingWork.files.run({ detached.find(key) })
    {
      return try await takeOver(record, key, command, options, attempt)
    }
    var prepared = try await prepare(command, for: attempt)
    let readiness = try ReadinessCheck(options, attempt, name: command.program)
    try await readiness.refuseTakenPort()
    let pump = OutputPump(log: attempt.log, maxOutputBytes: command.maxOutputBytes, masker: attempt.masker) {
      readiness.lines.see($1)
    }
    var logFile: OpenLog?
    if options.detach {
      let file = try await OpenLog.open(attempt.logPath)
      prepared.configuration.output = .descriptor(file.number)
      prepared.configuration.errors = .descriptor(file.number)
      prepared.configuration.deathSignal = nil
      logFile = file
    }
    // A marker of another form: what is detached is no left-over of its attempt.
    let own = options.detach ? DetachedProcesses.marker(key: key, attempt: marker) : marker
    let handle = try await launch(prepared, command, marker: own, pump: pump)
    withExtendedLifetime(logFile) {}
    if options.detach { try await remember(handle, own, key, attempt, isReady: false) }
    do throws(StepFailure) {
      try await readiness.wait(on: table.loop, file: options.detach ? attempt.logPath : nil) { [table] in
        guard let ending = await table.mainEnding(of: handle) else { return nil }
        if case .exited(let code) = ending.status, options.successCodes.contains(Int(code)) { return nil }
        return ending.status.words
      }
    } catch {
      await table.cancel(handle)
      _ = await table.ending(of: handle, grace: surroundings.killGrace)
      if options.detach { surroundings.detached?.forget(key) }
      throw await telling(error, what: pump)
    }
    if options.detach { try await remember(handle, own, key, attempt, isReady: true) }
    await held.hold(
      .init(process: .child(handle), step: attempt.step, isDetached: options.detach), of: attempt.job)
    return StartedProcess(pid: handle.pid, isReady: true, log: attempt.logPath)
  }

  /// Goes on with a detached process of an earlier daemon or job, once it is ready. It is never ended here:
  /// whoever let it live on purpose may be in need of it.
  private func takeOver(
    _ record: DetachedProcesses.Record, _ key: String, _ command: Command, _ options: StartOptions,
    _ attempt: Attempt
  ) async throws(StepFailure) -> StartedProcess {
    let readiness = try ReadinessCheck(options, attempt, name: command.program)
    if !(record.isReady && readiness.isAboutTheLog) {
      try await readiness.wait(on: table.loop, file: record.log) {
        record.identity.isAlive ? nil : "it is gone"
      }
    }
    var ready = record
    ready.isReady = true
    try await save(ready, key)
    await held.hold(
      .init(process: .adopted(ready), step: attempt.step, isDetached: true), of: attempt.job)
    return StartedProcess(pid: record.identity.pid, isNew: false, isReady: true, log: record.log)
  }

  private func remember(
    _ handle: ProcessTable.Handle, _ marker: String, _ key: String, _ attempt: Attempt, isReady: Bool
  ) async throws(StepFailure) {
    // One that has ended already is told of by whoever waits for it.
    guard let identity = await BlockingWork.files.run({ ProcessIdentity(of: handle.pid) }) else { return }
    try await save(
      DetachedProcesses.Record(identity: identity, marker: marker, log: attempt.logPath, isReady: isReady),
      key)
  }

  private func save(_ record: DetachedProcesses.Record, _ key: String) async throws(StepFailure) {
    guard let detached = surroundings.detached else { return }
    do throws(Errno) {
      try await BlockingWork.files.run { () throws(Errno) in try detached.save(record, as: key) }
    } catch { throw StepFailure("write down the detached process \(record.identity.pid): \(error)") }
  }

  /// The failure with what the process wrote.
  private func telling(_ failure: StepFailure, what pump: OutputPump) async -> StepFailure {
    let (output, errors) = await pump.finish()
    guard failure.kind == .failed else { return failure }
    let said = errors.bytes.isEmpty ? output.bytes : errors.bytes
    var lines = String(decoding: said, as: UTF8.self)
    while lines.last?.isNewline == true { lines.removeLast() }
    guard !lines.isEmpty else { return failure }
    var telling = failure
    telling.message += ": \(lines)"
    return telling
  }
}

extension ChildEnding.Status {
  /// `exit code 3`, `killed by signal 11`.
  var words: String {
    switch self {
    case .exited(let code): "exit code \(code)"
    case .signalled(let signal): "killed by signal \(signal)"
    }
  }
}

/// A log that a detached process writes to itself, since it may outlive the daemon.
private final class OpenLog: Sendable {
  private let descriptor: FileDescriptor
  var number: CInt { descriptor.rawValue }

  private init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  static func open(_ path: String) async throws(StepFailure) -> OpenLog {
    do throws(Errno) {
      return try await BlockingWork.files.run { () throws(Errno) in
        let folder = PathJudge.split(path).folder
        if mkdir(folder, 0o750) != 0, errno != EEXIST { throw Errno(errno, "create", folder) }
        return OpenLog(try .open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o640))
      }
    } catch { throw StepFailure("open the log of a detached process: \(error)") }
  }
}
