import MissionModel
import Posix

/// Takes a child's output from the event loop: keeps what the step is given, and has the log written
/// elsewhere. Secrets are taken out of both first.
///
/// The log's file may make its writer wait, which the loop must not. Over a bound of bytes that are not yet
/// written, the child waits.
final class OutputPump: Sendable {
  private typealias Piece = (stream: StepLog.Stream, bytes: [UInt8])

  private struct State {
    var captured: [OutputCapture]
    var masks: [MaskingStream]
    var waiting: [Piece] = []
    var waitingBytes = 0
    var isWriting = false
    var paused: Set<OutputStream> = []
    var resume: (@Sendable (OutputStream) -> Void)?
    var drained: CheckedContinuation<Void, Never>?
  }

  private let log: StepLog
  private let state: Lock<State>
  private let seen: @Sendable (StepLog.Stream, [UInt8]) -> Void
  /// Bytes that may wait while as many are being written.
  private static let mostWaiting = 1 << 20

  /// - Parameter seen: is shown each piece once it is in the log; on a thread that may block.
  init(
    log: StepLog, maxOutputBytes: Int, masker: Masker,
    seen: @escaping @Sendable (StepLog.Stream, [UInt8]) -> Void = { _, _ in }
  ) {
    self.log = log
    self.seen = seen
    state = Lock(
      State(
        captured: [OutputCapture(limit: maxOutputBytes), OutputCapture(limit: maxOutputBytes)],
        masks: [MaskingStream(masker), MaskingStream(masker)]))
  }

  /// Says how a paused stream is gone on with; pauses that came before are ended now.
  func setResume(_ resume: @escaping @Sendable (OutputStream) -> Void) {
    let due = state.withLock { state -> Set<OutputStream> in
      state.resume = resume
      guard !state.isWriting else { return [] }
      defer { state.paused = [] }
      return state.paused
    }
    for stream in due { resume(stream) }
  }

  /// Takes a piece, on the loop.
  func take(_ stream: OutputStream, _ bytes: UnsafeRawBufferPointer) -> Flow {
    let (starts, flow) = state.withLock { state -> (Bool, Flow) in
      let masked = state.masks[stream.rawValue].take(bytes)
      guard !masked.isEmpty else { return (false, .proceed) }
      Self.keep(masked, of: stream, &state)
      defer { state.isWriting = true }
      guard state.waitingBytes > Self.mostWaiting else { return (!state.isWriting, .proceed) }
      state.paused.insert(stream)
      return (!state.isWriting, .pause)
    }
    if starts { BlockingWork.files.submit { [self] in write() } }
    return flow
  }

  private static func keep(_ masked: [UInt8], of stream: OutputStream, _ state: inout State) {
    masked.withUnsafeBytes { state.captured[stream.rawValue].append($0) }
    state.waiting.append((stream == .output ? .stdout : .stderr, masked))
    state.waitingBytes += masked.count
  }

  /// Lets go of what might have been the beginning of a secret: the streams are over.
  private func endMasks() {
    let starts = state.withLock { state in
      for stream in [OutputStream.output, .errors] {
        let rest = state.masks[stream.rawValue].finish()
        if !rest.isEmpty { Self.keep(rest, of: stream, &state) }
      }
      guard !state.isWriting, !state.waiting.isEmpty else { return false }
      state.isWriting = true
      return true
    }
    if starts { BlockingWork.files.submit { [self] in write() } }
  }

  /// Writes what waits, until nothing does; one thread at a time.
  private func write() {
    while let pieces = takeWaiting() {
      for (stream, bytes) in pieces {
        log.write(stream, bytes)
        seen(stream, bytes)
      }
    }
  }

  /// Takes what waits and lets the child go on, which fills the next while this is written; nil where nothing
  /// waits any more.
  private func takeWaiting() -> [Piece]? {
    let turn = state.withLock { state -> Turn in
      var turn = Turn()
      if let resume = state.resume {
        turn.resume = resume
        turn.streams = state.paused
        state.paused = []
      }
      guard state.waiting.isEmpty else {
        turn.pieces = state.waiting
        state.waiting = []
        state.waitingBytes = 0
        return turn
      }
      state.isWriting = false
      turn.drained = state.drained
      state.drained = nil
      return turn
    }
    for stream in turn.streams { turn.resume?(stream) }
    turn.drained?.resume()
    return turn.pieces
  }

  /// What is to be done when the lock is free again.
  private struct Turn {
    var pieces: [Piece]?
    var streams: Set<OutputStream> = []
    var resume: (@Sendable (OutputStream) -> Void)?
    var drained: CheckedContinuation<Void, Never>?
  }

  /// Waits until all is in the log, then gives what was kept.
  func finish() async -> (output: OutputCapture, errors: OutputCapture) {
    endMasks()
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if state.isWriting { state.drained = continuation }
        return !state.isWriting
      }
      if isDone { continuation.resume() }
    }
    return state.withLock { ($0.captured[0], $0.captured[1]) }
  }
}
