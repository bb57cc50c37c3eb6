import Glibc
import Posix

/// A listening socket: takes connections while there is room for them.
///
/// Where the process or the host has run out of descriptors or memory, it leaves clients in the kernel's
/// backlog and tries again when a connection has ended, or after `pause`.
final class Acceptor {
  private let socket: Socket
  private let core: ServerCore
  private var isPaused = false
  private var isClosed = false

  /// Connections that one turn takes, so that a flood of them leaves time to the others.
  private static let turn = 64
  private static let pause: Duration = .milliseconds(100)

  init(_ socket: consuming Socket, core: ServerCore) throws(Errno) {
    self.socket = socket
    self.core = core
    try core.loop.watch(self.socket.rawValue, for: .read) { [unowned self] _ in accept() }
  }

  /// Goes on after a pause, if there was one.
  func resume() {
    guard isPaused, !isClosed, !core.isFull else { return }
    isPaused = false
    listen(for: .read)
  }

  /// Takes no more connections; those that wait are refused by the kernel.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    core.loop.unwatch(socket.rawValue)
  }

  private func accept() {
    for _ in 0..<Self.turn {
      if core.isFull { return stopForNow() }
      do throws(Errno) {
        guard let accepted = try socket.accept() else { return }
        Connection(accepted, core: core).open()
      } catch {
        // Out of descriptors or memory, mostly; whatever it is, spinning on it would help nobody.
        stopForNow()
        _ = core.loop.schedule(after: Self.pause) { [weak self] in self?.resume() }
        return
      }
    }
  }

  private func stopForNow() {
    isPaused = true
    listen(for: [])
  }

  private func listen(for interest: Poller.Interest) {
    do throws(Errno) {
      try core.loop.rewatch(socket.rawValue, for: interest)
    } catch {
      preconditionFailure("a watched listener cannot be watched: \(error)")
    }
  }
}
