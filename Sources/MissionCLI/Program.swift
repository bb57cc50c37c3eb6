import Glibc
package import Posix

/// A program whose event loop has the first thread, and whose work is asynchronous.
package struct Program: Sendable {
  /// The loop, which ends with the process.
  package let loop: EventLoop
  private let handler = Lock<(@Sendable (CInt) -> Void)?>(nil)

  /// Signals that ask a program to end.
  private static let requests = [SIGINT, SIGTERM, SIGHUP]

  /// Runs `body` and exits with what it returns. To be called first thing in `main`.
  ///
  /// Until `body` says otherwise, a request to end ends the process as it does everywhere.
  package static func run(_ body: @escaping @Sendable (Program) async -> Int32) -> Never {
    FileDescriptor.fillStandardStreams()
    if let socket = AskPass.socket { exit(AskPass.ask(at: socket)) }
    Signals.ignoreBrokenPipes()
    Signals.block(requests)
    Heap.limitArenas(to: 2)
    Heap.returnBlocks(from: 1 << 20)
    do throws(Errno) {
      let program = Program(loop: try EventLoop.forFirstThread())
      program.loop.execute {
        let signals: Signals
        do throws(Errno) { signals = try Signals(requests, on: program.loop, { program.receive($0) }) } catch
        {
          Console.standard().note("cannot start: \(error)")
          exit(1)
        }
        // Watched for as long as the process lives.
        _ = Unmanaged.passRetained(signals)
        // The one task that does the program's work; the process ends with it.
        Task.detached { exit(await body(program)) }
      }
      program.loop.runOnFirstThread()
    } catch {
      Console.standard().note("cannot start: \(error)")
    }
    exit(1)
  }

  /// Takes over the requests to end; the handler is called on the loop.
  package func onRequestToEnd(_ handle: @escaping @Sendable (CInt) -> Void) {
    handler.withLock { $0 = handle }
  }

  func receive(_ signal: CInt) {
    if let handle = handler.withLock({ $0 }) { return handle(signal) }
    // As a shell expects of a program that a signal ended.
    exit(128 + signal)
  }
}
