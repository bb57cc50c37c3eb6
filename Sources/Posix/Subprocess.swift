import CLinux
import Glibc

/// Which of a child's outputs.
package enum OutputStream: Int, Sendable, Hashable {
  case output, errors
}

/// What a sink says to a piece of output.
package enum Flow: Sendable {
  case proceed
  /// Hand over nothing more of this stream until `ProcessTable.resume`; the child waits when its pipe is
  /// full.
  case pause
}

/// One child and its pipes; used on the event loop only.
final class Subprocess {
  typealias Sink = (OutputStream, UnsafeRawBufferPointer) -> Flow

  private enum Pipe {
    case open(CInt)
    case paused(CInt)
    case closed
    var number: CInt? {
      switch self {
      case .open(let number), .paused(let number): number
      case .closed: nil
      }
    }
  }

  let pid: Int32
  private(set) var ending: ChildEnding?
  private let loop: EventLoop
  private let buffer: UnsafeMutableRawBufferPointer
  private let sink: Sink
  private let changed: () -> Void
  private var pidfd: CInt
  private var pipes: [Pipe]

  /// Pieces read from one pipe before others get their turn.
  private static let piecesATurn = 4

  /// Takes over what was started. `changed` is called when the child has ended and when its pipes are at
  /// their end.
  init(
    _ spawned: Spawned, loop: EventLoop, buffer: UnsafeMutableRawBufferPointer, sink: @escaping Sink,
    changed: @escaping () -> Void
  ) {
    pid = spawned.pid
    pidfd = spawned.pidfd
    pipes = [spawned.output, spawned.errors].map { $0 >= 0 ? .open($0) : .closed }
    self.loop = loop
    self.buffer = buffer
    self.sink = sink
    self.changed = changed
  }

  /// Begins to listen. A failure leaves the child running without being heard; the caller kills it.
  func begin() throws(Errno) {
    try loop.watch(pidfd, for: .read) { [unowned self] _ in exitReady() }
    for stream in [OutputStream.output, .errors] {
      if case .open(let number) = pipes[stream.rawValue] { try listen(to: stream, number) }
    }
  }

  private func listen(to stream: OutputStream, _ number: CInt) throws(Errno) {
    try loop.watch(number, for: .read) { [unowned self] _ in
      read(stream, pieces: Self.piecesATurn)
      if hasEnded { changed() }
    }
  }

  var hasEnded: Bool { ending != nil }

  /// Whether somebody may still write to a pipe of ours.
  var hasOpenPipe: Bool { pipes.contains { $0.number != nil } }

  /// Sends a signal to this very child. The corresponding call is `pidfd_send_signal(2)`.
  func send(_ signal: CInt) {
    guard ending == nil else { return }
    _ = linux_pidfd_send_signal(pidfd, signal)
  }

  /// Goes on with a stream that the sink had paused.
  func resume(_ stream: OutputStream) {
    guard case .paused(let number) = pipes[stream.rawValue] else { return }
    pipes[stream.rawValue] = .open(number)
    do throws(Errno) { try listen(to: stream, number) } catch { close(stream) }
  }

  /// Hands over what is still in the pipes, paused or not, and closes them.
  func closePipes() {
    for stream in [OutputStream.output, .errors] {
      resume(stream)
      // A pipe holds 64 KiB unless somebody enlarged it, at most 1 MiB: this is bounded.
      read(stream, pieces: 16, heedsPause: false)
      close(stream)
    }
  }

  private func exitReady() {
    var exit = linux_exit()
    KnownChildren.forget(pid)
    let result = linux_wait_pidfd(pidfd, &exit)
    guard result != 0 else { return KnownChildren.remember(pid) }
    loop.unwatch(pidfd)
    Glibc.close(pidfd)
    pidfd = -1
    if result < 0 {
      // Somebody else in this process has waited for all children: how this one ended is lost.
      exit.status = 255
    }
    ending = ChildEnding(exit)
    // Its last words are in the pipes already.
    for stream in [OutputStream.output, .errors] { read(stream, pieces: Self.piecesATurn) }
    changed()
  }

  private func read(_ stream: OutputStream, pieces: Int, heedsPause: Bool = true) {
    for _ in 0..<pieces {
      guard case .open(let number) = pipes[stream.rawValue] else { return }
      let count = Glibc.read(number, buffer.baseAddress, buffer.count)
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      guard count > 0 else { return close(stream) }
      let flow = sink(stream, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      if flow == .pause, heedsPause {
        // The whole watch ends: a pipe whose other end has gone is reported however little is asked for.
        loop.unwatch(number)
        pipes[stream.rawValue] = .paused(number)
      }
    }
  }

  private func close(_ stream: OutputStream) {
    guard let number = pipes[stream.rawValue].number else { return }
    pipes[stream.rawValue] = .closed
    loop.unwatch(number)
    Glibc.close(number)
  }
}
