/// What the daemon is made of, started in order and stopped in reverse.
///
/// Each part is stopped while everything it was built on still runs. One that fails to start stops those
/// before it.
package actor ServiceGroup {
  private struct Started {
    let name: String
    let stop: @Sendable () async -> Void
  }

  private var started: [Started] = []
  private let note: @Sendable (_ event: StaticString, _ name: String) -> Void

  /// Makes a group; `note` is told what starts and stops.
  package init(note: @escaping @Sendable (StaticString, String) -> Void = { _, _ in }) { self.note = note }

  /// Starts a part and remembers how it is stopped.
  ///
  /// - Throws: what `start` throws, after everything before has been stopped.
  package func start<Value: Sendable>(
    _ name: String, _ start: @Sendable () async throws(StartError) -> Value,
    stop: @escaping @Sendable (Value) async -> Void = { _ in }
  ) async throws(StartError) -> Value {
    let value: Value
    do throws(StartError) { value = try await start() } catch {
      await stopAll()
      throw error
    }
    note("started", name)
    started.append(Started(name: name) { await stop(value) })
    return value
  }

  /// Starts a part that works in a task of its own until `stop` makes `body` return.
  package func run(
    _ name: String, _ body: @escaping @Sendable () async -> Void,
    stop: @escaping @Sendable () async -> Void
  ) {
    let task = begin(name, body)
    started.append(
      Started(name: name) {
        await stop()
        task.cancel()
        await task.value
      })
  }

  /// Starts a part that nothing is built on, such as a look at all that is stored: a stop cancels it and does
  /// not wait for its end, which may take as long as the drain.
  package func run(beside name: String, _ body: @escaping @Sendable () async -> Void) {
    let task = begin(name, body)
    started.append(Started(name: name) { task.cancel() })
  }

  private func begin(_ name: String, _ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    defer { note("started", name) }
    return Task { await body() }
  }

  /// Stops every part, the last one first.
  package func stopAll() async {
    while let part = started.popLast() {
      await part.stop()
      note("stopped", part.name)
    }
  }
}
