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
    var prepared = try await prepare(command, for: attempt)
    let lines = try LineWatch(options.readiness, attempt.patterns)
    let pump = OutputPump(log: attempt.log, maxOutputBytes: 4096, masker: surroundings.masker) {
      lines.see($1)
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
    let own = options.detach ? "detached-\(marker)" : marker
    let handle = try await launch(prepared, command, marker: own, pump: pump)
    withExtendedLifetime(logFile) {}
    do throws(StepFailure) {
      try await waitUntilReady(handle, options, attempt, lines, name: command.program)
    } catch {
      await table.cancel(handle)
      _ = await table.ending(of: handle, grace: surroundings.killGrace)
      throw error
    }
    await held.hold(.init(handle: handle, step: attempt.step, isDetached: options.detach), of: attempt.job)
    return StartedProcess(pid: handle.pid, isReady: true, log: attempt.logPath)
  }

  private func waitUntilReady(
    _ handle: ProcessTable.Handle, _ options: StartOptions, _ attempt: Attempt, _ lines: LineWatch,
    name: String
  ) async throws(StepFailure) {
    let deadline = BootTime.now.advanced(by: .seconds(options.readyTimeoutSeconds))
    while true {
      if let ending = await table.mainEnding(of: handle) {
        throw StepFailure("start \(name): it ended before it was ready: \(ending.status.words)")
      }
      if try await isReady(options.readiness, attempt, lines) { return }
      guard BootTime.now < deadline else {
        throw StepFailure("start \(name): it was not ready after \(options.readyTimeoutSeconds) s")
      }
      // Neither a port nor a file in another's hands tells when it comes to be.
      do throws(CancellationError) { try await table.loop.sleep(for: .milliseconds(20)) } catch {
        throw .cancelled
      }
    }
  }

  private func isReady(
    _ readiness: StartOptions.Readiness, _ attempt: Attempt, _ lines: LineWatch
  ) async throws(StepFailure) -> Bool {
    switch readiness {
    case .immediately: return true
    case .logPattern: return try lines.hasMatch()
    case .file(let path): return try await attempt.workspace.files.status(path) != nil
    case .port(let port):
      guard let port = UInt16(exactly: port) else {
        throw StepFailure(.badParameters, "wait for port \(port): ports go from 1 to 65535")
      }
      return await BlockingWork.clients.run { Self.isListening(on: port) }
    }
  }

  /// Whether somebody takes connections on this host's own address; the answer comes at once on loopback.
  private static func isListening(on port: UInt16) -> Bool {
    for address in [SocketAddress(host: "127.0.0.1", port: port), SocketAddress(host: "::1", port: port)] {
      guard let address, let socket = try? Socket.connect(to: address) else { continue }
      var entry = pollfd(fd: socket.rawValue, events: Int16(POLLOUT), revents: 0)
      if poll(&entry, 1, 100) == 1, (try? socket.connectionError()) == .some(nil) { return true }
    }
    return false
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
        OpenLog(try .open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o640))
      }
    } catch { throw StepFailure("open the log of a detached process: \(error)") }
  }
}

/// Looks for the line of output that says a process is ready.
private final class LineWatch: Sendable {
  private struct State {
    var text: [UInt8] = []
    var result: Result<Bool, StepFailure> = .success(false)
  }

  private let pattern: Pattern?
  private let state = Lock(State())
  /// What is kept of an unfinished line.
  private static let longestLine = 64 << 10

  init(_ readiness: StartOptions.Readiness, _ patterns: Patterns) throws(StepFailure) {
    guard case .logPattern(let text) = readiness else {
      pattern = nil
      return
    }
    pattern = try patterns.compile(text, PatternOptions(isMultiline: true))
  }

  func see(_ bytes: [UInt8]) {
    guard let pattern else { return }
    state.withLock { state in
      guard case .success(false) = state.result else { return }
      state.text += bytes
      do throws(StepFailure) {
        state.result = .success(try pattern.firstMatch(state.text, 0) != nil)
      } catch { state.result = .failure(error) }
      let lineStart = (state.text.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
      state.text.removeFirst(max(lineStart, state.text.count - Self.longestLine))
    }
  }

  func hasMatch() throws(StepFailure) -> Bool { try state.withLock { $0.result }.get() }
}
