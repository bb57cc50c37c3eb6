import Glibc
import MissionModel
import Posix

/// Waits for the sign by which a started process says that it is ready.
struct ReadinessCheck: Sendable {
  /// Looks at the output, where a line of it is the sign.
  let lines: LineWatch
  private let options: StartOptions
  private let attempt: ProcessesLive.Attempt
  private let name: String

  /// How often is looked where nothing tells.
  private static let interval = Duration.milliseconds(20)

  /// Prepares to wait; `name` is what messages call the process.
  init(
    _ options: StartOptions, _ attempt: ProcessesLive.Attempt, name: String
  ) throws(StepFailure) {
    self.options = options
    self.attempt = attempt
    self.name = name
    lines = try LineWatch(options.readiness, attempt.patterns)
  }

  /// True if a line of the output is the sign.
  var isAboutTheLog: Bool {
    if case .logPattern = options.readiness { true } else { false }
  }

  /// Fails where somebody else answers at the port already: it would look as if the process were ready.
  func refuseTakenPort() async throws(StepFailure) {
    guard case .port(let port) = options.readiness, try await isReady(nil) else { return }
    throw StepFailure("start \(name): port \(port) is taken already by another process")
  }

  /// Waits until the process is ready; fails when it has ended, or the time is over.
  ///
  /// - Parameters:
  ///   - file: the log that the process writes itself; nil where its output passes through here.
  ///   - ended: how the process ended, in words; nil while it lives.
  func wait(
    on loop: EventLoop, file: String?, ended: @Sendable () async -> String?
  ) async throws(StepFailure) {
    let deadline = BootTime.now.advanced(by: .seconds(options.readyTimeoutSeconds))
    while true {
      if let ending = await ended() {
        throw StepFailure("start \(name): it ended before it was ready: \(ending)")
      }
      if try await isReady(file) { return }
      guard BootTime.now < deadline else {
        throw StepFailure(
          "start \(name): it was not ready after \(options.readyTimeoutSeconds) s: \(missingSign)")
      }
      // Neither a port nor a file in another's hands tells when it comes to be.
      do throws(CancellationError) { try await loop.sleep(for: Self.interval) } catch {
        throw .cancelled
      }
    }
  }

  /// The sign that was waited for, as what did not come.
  private var missingSign: String {
    switch options.readiness {
    case .immediately: "it did not start"
    case .logPattern(let pattern): "none of its lines matches \"\(pattern)\""
    case .file(let path): "it made no file \(path)"
    case .port(let port): "nothing listens on port \(port)"
    }
  }

  private func isReady(_ log: String?) async throws(StepFailure) -> Bool {
    switch options.readiness {
    case .immediately: return true
    case .logPattern:
      if let log { await BlockingWork.files.run { [lines] in lines.follow(log) } }
      return try lines.hasMatch()
    case .file(let path): return try await attempt.workspace.files.status(path) != nil
    case .port(let port):
      guard let port = UInt16(exactly: port), port > 0 else {
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
      // Whatever is wrong with it, this one takes no connection yet.
      if poll(&entry, 1, 100) == 1, (try? socket.connectionError()) == .some(nil) { return true }
    }
    return false
  }
}

/// Looks for the line of output that says a process is ready.
final class LineWatch: Sendable {
  private struct State {
    var text: [UInt8] = []
    var result: Result<Bool, StepFailure> = .success(false)
    /// How much of a log file was looked at.
    var offset: Int64 = 0
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

  /// Looks at what was added to a log file that the process writes itself. Blocks.
  func follow(_ path: String) {
    guard pattern != nil, let file = try? FileDescriptor.open(path, O_RDONLY) else { return }
    while true {
      let offset = state.withLock { $0.offset }
      // What cannot be read now is looked at again next time.
      guard let bytes = try? file.read(Self.longestLine, at: offset), !bytes.isEmpty else { return }
      state.withLock { $0.offset += Int64(bytes.count) }
      see(bytes)
    }
  }

  func hasMatch() throws(StepFailure) -> Bool { try state.withLock { $0.result }.get() }
}
