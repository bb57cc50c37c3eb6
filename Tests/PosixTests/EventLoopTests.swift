import Glibc
import Testing

@testable import Posix

/// An actor that lives on a loop, as the HTTP and process actors do.
private actor Resident {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
  private var received: [UInt8] = []
  private var fired: [Int] = []

  init(loop: EventLoop) { self.loop = loop }

  func isOnLoop() -> Bool { loop.isOnLoop }

  /// Whether what is handed to the loop gets in between an `await` and the work that follows it here.
  func letsOthersIn() async -> Bool {
    let others = Lock(0)
    loop.execute { others.withLock { $0 += 1 } }
    return await withCheckedContinuation { continuation in
      continuation.resume(returning: others.withLock { $0 > 0 })
    }
  }

  /// Reads a pipe to its end through the loop.
  func collect(_ pipe: consuming Pipe, sending bytes: [UInt8]) async throws -> [UInt8] {
    let (reader, writer) = (pipe.reader.rawValue, pipe.writer.rawValue)
    let ended = AsyncStream.makeStream(of: Void.self)
    try loop.watch(reader, for: .read) { _ in
      var buffer = [UInt8](repeating: 0, count: 1024)
      let count = Glibc.read(reader, &buffer, buffer.count)
      self.received += buffer[..<max(count, 0)]
      if self.received.count >= bytes.count { ended.continuation.finish() }
    }
    _ = Glibc.write(writer, bytes, bytes.count)
    for await _ in ended.stream {}
    loop.unwatch(reader)
    return received
  }

  /// Hears of a pipe while work on the loop makes new work without end.
  func hearsBesideWork() async throws -> Bool {
    let pipe = try Held()
    let heard = Lock(false)
    try loop.watch(pipe.pipe.reader.rawValue, for: .read) { _ in
      heard.withLock { $0 = true }
      self.loop.unwatch(pipe.pipe.reader.rawValue)
    }
    _ = Glibc.write(pipe.pipe.writer.rawValue, "x", 1)
    let limit = BootTime.now.advanced(by: .seconds(20))
    busy(while: { !heard.withLock { $0 } && BootTime.now < limit })
    while !heard.withLock({ $0 }), BootTime.now < limit { await Task.yield() }
    return heard.withLock { $0 }
  }

  private nonisolated func busy(while isNeeded: @escaping @Sendable () -> Bool) {
    loop.execute { if isNeeded() { self.busy(while: isNeeded) } }
  }

  func fireInOrder() async -> [Int] {
    await withCheckedContinuation { continuation in
      let never = loop.schedule(after: .milliseconds(1)) { self.fired.append(99) }
      _ = loop.schedule(after: .milliseconds(4)) {
        self.fired.append(2)
        continuation.resume()
      }
      _ = loop.schedule(after: .milliseconds(2)) { self.fired.append(1) }
      loop.cancel(never)
    }
    return fired
  }

  func heartbeats(_ count: Int) async -> Int {
    await withCheckedContinuation { continuation in
      loop.scheduleRepeating(every: .milliseconds(1)) {
        self.fired.append(1)
        if self.fired.count == count { continuation.resume() }
        return self.fired.count < count
      }
    }
    return fired.count
  }

  /// Two pipes become ready in one batch; the first handler ends the second's watch.
  func unwatchInBatch() async throws -> Int {
    let pipes = [try Held(), try Held()]
    await withCheckedContinuation { continuation in
      for index in 0...1 {
        try? loop.watch(pipes[index].pipe.reader.rawValue, for: .read) { _ in
          self.fired.append(index)
          for held in pipes { self.loop.unwatch(held.pipe.reader.rawValue) }
          _ = self.loop.schedule(after: .milliseconds(2)) { continuation.resume() }
        }
      }
      for held in pipes { _ = Glibc.write(held.pipe.writer.rawValue, "x", 1) }
    }
    return fired.count
  }

  private final class Held {
    let pipe: Pipe
    init() throws(Errno) { pipe = try Pipe(nonblockingReader: true) }
  }
}

@Suite struct EventLoopTests {
  @Test func `an actor of the loop runs on its thread`() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    #expect(!loop.isOnLoop)
    #expect(await Resident(loop: loop).isOnLoop())
  }

  @Test func `an actor of the loop reaches a continuation without leaving the loop`() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    #expect(await !Resident(loop: loop).letsOthersIn())
  }

  @Test func `a task that prefers the loop goes on there after each wait`() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let other = BlockingWork(name: "other", permits: 1)
    let places = await Task(executorPreference: loop.tasks) {
      var places = [loop.isOnLoop]
      for _ in 0..<3 {
        await withCheckedContinuation { continuation in other.submit { continuation.resume() } }
        places.append(loop.isOnLoop)
      }
      return places
    }.value
    #expect(places == [true, true, true, true])
  }

  @Test func `work that makes work without end keeps no descriptor waiting`() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    #expect(try await Resident(loop: loop).hearsBesideWork())
  }

  @Test func `a watched descriptor's bytes arrive`() async throws {
    let loop = try EventLoop()
    defer { loop.stop() }
    let bytes = Array("through the loop".utf8)
    #expect(try await Resident(loop: loop).collect(Pipe(nonblockingReader: true), sending: bytes) == bytes)
  }

  @Test func `timers fire in order and a cancelled one does not`() async throws {
    let loop = try EventLoop()
    defer { loop.stop() }
    #expect(await Resident(loop: loop).fireInOrder() == [1, 2])
  }

  @Test func `a heartbeat comes until it is told to end`() async throws {
    let loop = try EventLoop()
    defer { loop.stop() }
    #expect(await Resident(loop: loop).heartbeats(3) == 3)
  }

  @Test func `a watch that ended in the same batch gets no event`() async throws {
    let loop = try EventLoop()
    defer { loop.stop() }
    #expect(try await Resident(loop: loop).unwatchInBatch() == 1)
  }

  @Test func `calls from many threads all run, each on the loop`() async throws {
    let loop = try EventLoop()
    defer { loop.stop() }
    let count = Lock(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<1_000 {
            await withCheckedContinuation { continuation in
              loop.execute {
                count.withLock { $0 += loop.isOnLoop ? 1 : 0 }
                continuation.resume()
              }
            }
          }
        }
      }
    }
    #expect(count.withLock { $0 } == 4_000)
  }

  @Test func `sleeping takes its time, and a cancel ends it at once`() async throws {
    let loop = try EventLoop()
    defer { loop.stop() }
    let start = BootTime.now
    try await loop.sleep(for: .milliseconds(5))
    #expect(start.duration(to: .now) >= .milliseconds(5))
    let task = Task { () -> Bool in
      do throws(CancellationError) { try await loop.sleep(for: .seconds(3600)) } catch { return true }
      return false
    }
    task.cancel()
    #expect(await task.value)
  }

  @Test func `a call off the loop is a programmer error`() async {
    await #expect(processExitsWith: .failure) {
      let loop = try EventLoop()
      _ = loop.schedule(after: .seconds(1)) {}
    }
  }
}
