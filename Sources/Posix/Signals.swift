import CLinux
import Glibc

/// Signals as events on the loop instead of handlers that may interrupt anything.
///
/// Call `Signals.block` first thing in `main`, before any thread is made: a thread inherits the mask, and a
/// signal that some thread does not block ends the process instead of coming here.
package final class Signals {
  private let descriptor: FileDescriptor

  /// Keeps signals from ending the process; children get a clean mask from `spawn`. See `pthread_sigmask(3)`.
  package static func block(_ signals: [CInt]) {
    var set = Self.set(of: signals)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Makes a write to a closed pipe an error (`EPIPE`) instead of the end of the process.
  package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Hands each of the blocked signals to `handler` on the loop. The corresponding call is `signalfd(2)`.
  package init(_ signals: [CInt], on loop: EventLoop, _ handler: @escaping (CInt) -> Void) throws(Errno) {
    var set = Self.set(of: signals)
    let number = try check("watch signals") {
      signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK))
    }
    descriptor = FileDescriptor(owning: number)
    try loop.watch(number, for: .read) { _ in
      var info = signalfd_siginfo()
      while Glibc.read(number, &info, MemoryLayout<signalfd_siginfo>.size)
        == MemoryLayout<signalfd_siginfo>.size
      {
        handler(CInt(info.ssi_signo))
      }
    }
  }

  /// Ends the watch; must be called on the loop.
  package func stop(on loop: EventLoop) { loop.unwatch(descriptor.rawValue) }

  private static func set(of signals: [CInt]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }
}
