import CLinux
import Glibc

/// A thread of our own, beside Swift's pool.
package enum Thread {
  /// Starts a detached thread that runs `body` once with every signal blocked.
  ///
  /// Signals are blocked so that they reach only who asked for them by `Signals`.
  package static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    final class Start: Sendable {
      let name: String
      let body: @Sendable () -> Void
      init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
      }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var thread = pthread_t()
    let code =
      injectedFault("start thread")
      ? errno
      : pthread_create(
        &thread, &attributes,
        { argument in
          guard let argument else { preconditionFailure("the thread got no argument") }
          let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
          var all = sigset_t()
          sigfillset(&all)
          pthread_sigmask(SIG_BLOCK, &all, nil)
          linux_thread_set_name(start.name)
          start.body()
          return nil
        }, start.toOpaque())
    if code != 0 {
      start.release()
      throw Errno(code, "start thread", name)
    }
  }
}
