import Glibc
import TestSupport
import Testing

@testable import Posix

/// Watches signals on a loop, whose thread blocks them and sends them to itself: no other thread can take
/// them.
private actor Watch {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
  private var signals: Signals?

  init(_ loop: EventLoop) { self.loop = loop }

  func begin(_ numbers: [CInt], _ handler: @escaping @Sendable (CInt) -> Void) throws {
    Signals.block(numbers)
    signals = try Signals(numbers, on: loop, handler)
  }

  func raise(_ number: CInt) { pthread_kill(pthread_self(), number) }

  func isPending(_ number: CInt) -> Bool {
    var set = sigset_t()
    sigpending(&set)
    return sigismember(&set, number) == 1
  }

  func end() {
    signals?.stop(on: loop)
    signals = nil
  }
}

@Suite(.serialized, .timeLimit(.minutes(1))) struct SignalsTests {
  @Test func `blocked signals come as events on the loop, others stay what they are`() async throws {
    let loop = try EventLoop(name: "signals")
    let watch = Watch(loop)
    let seen = Observed<[CInt]>([])
    try await watch.begin([SIGUSR2, SIGWINCH]) { signal in seen.update { $0.append(signal) } }
    for signal in [SIGUSR2, SIGWINCH, SIGUSR2] {
      let before = seen.value.count
      await watch.raise(signal)
      _ = try await seen.wait("signal \(signal)") { $0.count > before }
    }
    #expect(seen.value == [SIGUSR2, SIGWINCH, SIGUSR2])
    await watch.end()
    // Nobody listens any more: it stays blocked, and pending.
    await watch.raise(SIGWINCH)
    #expect(await watch.isPending(SIGWINCH))
    #expect(seen.value.count == 3)
    loop.stop()
  }

  @Test func `a write to a closed pipe is an error, not the end`() throws {
    Signals.ignoreBrokenPipes()
    defer { signal(SIGPIPE, SIG_DFL) }
    var ends: [CInt] = [0, 0]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    #expect(write(ends[1], "x", 1) == -1)
    #expect(errno == EPIPE)
  }
}
