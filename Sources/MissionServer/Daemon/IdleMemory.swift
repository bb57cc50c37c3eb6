package import Posix

/// Keeps the daemon small while it has nothing to do: gives memory back a moment after work has ended.
///
/// A busy daemon would only fetch again what it gave back, so each end of work puts it off.
package final class IdleMemory: Sendable {
  private let loop: EventLoop
  private let timer = Lock<EventLoop.Timer?>(nil)

  /// How long nothing must have ended before memory is given back: longer than the database's threads keep
  /// what they no longer use, so that it goes with the rest.
  private static let patience = Duration.seconds(4)

  /// Makes a watch whose timers are the loop's.
  package init(loop: EventLoop) { self.loop = loop }

  /// Says that the start is through: what only it needed goes at once, since a job may come before anything
  /// else ends.
  package func startEnded() {
    BlockingWork.files.submit { ResidentMemory.release() }
    workEnded()
  }

  /// Says that a job is through.
  package func workEnded() {
    loop.execute { [self] in
      if let pending = timer.withLock({ $0 }) { loop.cancel(pending) }
      let next = loop.schedule(after: Self.patience) { [self] in
        timer.withLock { $0 = nil }
        BlockingWork.files.submit { ResidentMemory.release() }
      }
      timer.withLock { $0 = next }
    }
  }
}
