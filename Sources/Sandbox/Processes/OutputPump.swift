import MissionModel
import Posix

/// Takes a child's output from the event loop: has secrets taken out, what the step is given kept, and the
/// log written, all of it elsewhere.
///
/// The log's file may make its writer wait, which the loop must not, and the search for secrets takes time in
/// which the loop can read on. Over a bound of bytes that nobody has begun to write, the child waits.
final class OutputPump: Sendable {
  private typealias Piece = (stream: OutputStream, bytes: [UInt8])

  private struct Inbox {
    var waiting: [Piece] = []
    var waitingBytes = 0
    var isWriting = false
    var paused: Set<OutputStream> = []
    var resume: (@Sendable (OutputStream) -> Void)?
    var drained: CheckedContinuation<Void, Never>?
  }

  /// What whoever writes works with; one thread at a time.
  private struct Desk {
    var captured: [OutputCapture]
    var masks: [MaskingStream]
  }

  private let log: StepLog
  private let inbox = Lock(Inbox())
  private let desk: Lock<Desk>
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
    desk = Lock(
      Desk(
        captured: [OutputCapture(limit: maxOutputBytes), OutputCapture(limit: maxOutputBytes)],
        masks: [MaskingStream(masker), MaskingStream(masker)]))
  }

  /// Says how a paused stream is gone on with; pauses that came before are ended now.
  func setResume(_ resume: @escaping @Sendable (OutputStream) -> Void) {
    let due = inbox.withLock { inbox -> Set<OutputStream> in
      inbox.resume = resume
      guard !inbox.isWriting else { return [] }
      defer { inbox.paused = [] }
      return inbox.paused
    }
    for stream in due { resume(stream) }
  }

  /// Takes a piece, on the loop.
  func take(_ stream: OutputStream, _ bytes: UnsafeRawBufferPointer) -> Flow {
    let (starts, flow) = inbox.withLock { inbox -> (Bool, Flow) in
      inbox.waiting.append((stream, Array(bytes)))
      inbox.waitingBytes += bytes.count
      defer { inbox.isWriting = true }
      guard inbox.waitingBytes > Self.mostWaiting else { return (!inbox.isWriting, .proceed) }
      inbox.paused.insert(stream)
      return (!inbox.isWriting, .pause)
    }
    if starts { BlockingWork.files.submit { [self] in write() } }
    return flow
  }

  /// Writes what waits, until nothing does; one thread at a time.
  private func write() {
    while let pieces = takeWaiting() {
      for (stream, bytes) in pieces {
        put(desk.withLock { $0.masks[stream.rawValue].take(bytes) }, of: stream)
      }
    }
  }

  /// Keeps and logs what is free of secrets.
  private func put(_ masked: [UInt8], of stream: OutputStream) {
    guard !masked.isEmpty else { return }
    desk.withLock { desk in masked.withUnsafeBytes { desk.captured[stream.rawValue].append($0) } }
    let name: StepLog.Stream = stream == .output ? .stdout : .stderr
    log.write(name, masked)
    seen(name, masked)
  }

  /// Takes what waits and lets the child go on, which fills the next while this is written; nil where nothing
  /// waits any more.
  private func takeWaiting() -> [Piece]? {
    let turn = inbox.withLock { inbox -> Turn in
      var turn = Turn()
      if let resume = inbox.resume {
        turn.resume = resume
        turn.streams = inbox.paused
        inbox.paused = []
      }
      guard inbox.waiting.isEmpty else {
        turn.pieces = inbox.waiting
        inbox.waiting = []
        inbox.waitingBytes = 0
        return turn
      }
      inbox.isWriting = false
      turn.drained = inbox.drained
      inbox.drained = nil
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

  /// Waits until all is in the log, then gives what was kept; nothing may come any more.
  func finish() async -> (output: OutputCapture, errors: OutputCapture) {
    await withCheckedContinuation { continuation in
      let isDone = inbox.withLock { inbox in
        if inbox.isWriting { inbox.drained = continuation }
        return !inbox.isWriting
      }
      if isDone { continuation.resume() }
    }
    // What might have been the beginning of a secret was none: the streams are over.
    let rests = desk.withLock { desk in [desk.masks[0].finish(), desk.masks[1].finish()] }
    if !rests.joined().isEmpty {
      await BlockingWork.files.run { [self] in
        put(rests[0], of: .output)
        put(rests[1], of: .errors)
      }
    }
    return desk.withLock { ($0.captured[0], $0.captured[1]) }
  }
}
