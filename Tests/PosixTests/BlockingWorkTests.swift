import Glibc
import Testing

@testable import Posix

@Suite struct BlockingWorkTests {
  @Test func `a value and an error come back`() async throws {
    let work = BlockingWork(name: "test", permits: 1)
    #expect(await work.run { 6 * 7 } == 42)
    await #expect(throws: Errno(EIO, "x")) {
      try await work.run { () throws(Errno) in throw Errno(EIO, "x") }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `bursts beyond the permits are all run, also when the threads of the last one are gone`() async {
    let work = BlockingWork(name: "test", permits: 2, idleSeconds: 0)
    for _ in 0..<300 {
      await withTaskGroup(of: Int.self) { group in
        for number in 0..<9 { group.addTask { await work.run { number } } }
        #expect(await group.reduce(0, +) == 36)
      }
    }
  }

  @Test func `all permits work at once, even when every thread is blocked`() async throws {
    let work = BlockingWork(name: "test", permits: 6)
    let pipe = try Pipe()
    let (reader, writer) = (pipe.reader.rawValue, pipe.writer.rawValue)
    let blocked = Lock(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask {
          await work.run {
            // The last to come frees all the others, which are in a blocking read by then or soon.
            if blocked.withLock({
              $0 += 1; return $0
            }) == 6 {
              _ = Glibc.write(writer, "123456", 6)
            }
            var byte: UInt8 = 0
            _ = Glibc.read(reader, &byte, 1)
          }
        }
      }
    }
    #expect(blocked.withLock { $0 } == 6)
    _ = pipe.reader.rawValue
  }

  @Test func `a cancelled task waits no longer, whether its work has begun or not`() async {
    let work = BlockingWork(name: "test", permits: 1)
    let (started, begin) = AsyncStream.makeStream(of: Void.self)
    let first = Task {
      await result { () throws(CancellationError) in
        try await work.runUnlessCancelled { isCancelled in
          begin.finish()
          while !isCancelled() { sched_yield() }
        }
      }
    }
    for await _ in started {}
    let second = Task {
      await result { () throws(CancellationError) in
        try await work.runUnlessCancelled { _ in Issue.record("nobody waits for this") }
      }
    }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value.get() }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value.get() }
    #expect(await work.run { 7 } == 7)
  }

  @Test func `work that may be given up gives what it made`() async throws {
    let work = BlockingWork(name: "test", permits: 1)
    #expect(try await work.runUnlessCancelled { isCancelled in isCancelled() ? 0 : 7 } == 7)
  }

  @Test func `no more than the permits work at once, and nothing is lost`() async {
    let work = BlockingWork(name: "test", permits: 3)
    let state = Lock((now: 0, most: 0, done: 0))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<3_000 {
        group.addTask {
          await work.run {
            state.withLock {
              $0.now += 1; $0.most = max($0.most, $0.now)
            }
            sched_yield()
            state.withLock {
              $0.now -= 1; $0.done += 1
            }
          }
        }
      }
    }
    let end = state.withLock { $0 }
    #expect(end.done == 3_000)
    #expect(end.most <= 3)
  }

  private func result<Value: Sendable>(
    of body: () async throws(CancellationError) -> Value
  ) async -> Result<Value, CancellationError> {
    do throws(CancellationError) { return .success(try await body()) } catch { return .failure(error) }
  }
}
