import Glibc

/// The one thread that starts every child.
///
/// A start blocks until the child's exec, which the event loop must not wait for, and the death signal is
/// tied to the thread that started the child, which must therefore live as long as the process. Being the
/// only one that starts children, it also keeps their pipes out of each other, and tells them from adopted
/// orphans, which are the first thread's.
final class SpawnThread: Sendable {
  /// The process's own; it is never stopped.
  static let shared = SpawnThread()

  private struct Request {
    let configuration: SubprocessConfiguration
    let cgroup: CInt?
    let completion: @Sendable (Result<Spawned, SpawnError>) -> Void
  }

  private struct State {
    var waiting: [Request] = []
    var isStarted = false
  }

  private let state = Lock(State())
  private let arrival = Semaphore()

  private init() {}

  /// Starts a child and calls back on the spawn thread.
  func spawn(
    _ configuration: SubprocessConfiguration, cgroup: CInt?,
    _ completion: @escaping @Sendable (Result<Spawned, SpawnError>) -> Void
  ) {
    let request = Request(configuration: configuration, cgroup: cgroup, completion: completion)
    let isFirst = state.withLock { state in
      state.waiting.append(request)
      defer { state.isStarted = true }
      return !state.isStarted
    }
    if isFirst { startThread() }
    arrival.signal()
  }

  private func startThread() {
    do throws(Errno) {
      try Thread.start(name: "spawn") { [self] in work() }
    } catch {
      state.withLock { $0.isStarted = false }
      for request in take() { request.completion(.failure(SpawnError(stage: .clone, errno: error))) }
    }
  }

  private func take() -> [Request] {
    state.withLock { state in
      let waiting = state.waiting
      state.waiting = []
      return waiting
    }
  }

  private func work() -> Never {
    while true {
      arrival.wait()
      for request in take() {
        do throws(SpawnError) {
          request.completion(.success(try Posix.spawn(request.configuration, cgroup: request.cgroup)))
        } catch {
          request.completion(.failure(error))
        }
      }
    }
  }
}
