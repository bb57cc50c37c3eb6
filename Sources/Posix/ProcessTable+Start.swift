import Glibc

// A continuation is resumed on Swift's pool even where an actor of the loop waits for it, and finds its way
// back to the loop from there: three threads wake up for it instead of one. What happens to a child is
// therefore followed by callbacks on the loop, and whoever asked for it is resumed once.
extension ProcessTable {
  /// Starts an attempt's main process, in a session and, where there are any, a control group of its own.
  ///
  /// - Parameter attempt: the marker, which the environment gets as well; unique, and fit for a file name.
  /// - Parameter sink: is called on the loop with each piece of output, and must not block.
  package nonisolated func start(
    _ configuration: SubprocessConfiguration, attempt: String,
    sink: @escaping @Sendable (OutputStream, UnsafeRawBufferPointer) -> Flow
  ) async throws(SpawnError) -> Handle {
    let order = try order(configuration, attempt: attempt)
    let handle: Result<Handle, SpawnError> = await withCheckedContinuation { continuation in
      spawn(order) { table, spawned in
        continuation.resume(returning: table.adopt(order, spawned, sink).map(Handle.init))
      }
    }
    return try handle.get()
  }

  /// Starts an attempt's main process and waits for the attempt's end: `start` and `ending` at the cost of
  /// one wait.
  ///
  /// - Parameters:
  ///   - grace: from SIGTERM to SIGKILL, should the task be cancelled.
  ///   - started: is called on the loop as soon as the process runs.
  ///   - sink: is called on the loop with each piece of output, and must not block.
  package nonisolated func run(
    _ configuration: SubprocessConfiguration, attempt: String, grace: Duration,
    started: @escaping @Sendable (Handle) -> Void,
    sink: @escaping @Sendable (OutputStream, UnsafeRawBufferPointer) -> Flow
  ) async throws(SpawnError) -> TreeEnding {
    let order = try order(configuration, attempt: attempt)
    let attempt = Attempt()
    let course: Result<Course, SpawnError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        spawn(order) { table, spawned in
          table.follow(attempt, adopted: table.adopt(order, spawned, sink), started: started) {
            continuation.resume(returning: $0)
          }
        }
      }
    } onCancel: {
      loop.execute { attempt.cancel() }
    }
    switch try course.get() {
    case .over(let ending): return ending
    case .lingers(let handle, let wasCancelled):
      return await finish(handle, wasCancelled: wasCancelled, grace: grace)
    }
  }

  /// How far an attempt has come when its main process has ended or somebody wants it gone.
  private enum Course: Sendable {
    case over(TreeEnding)
    /// Something of it has to be ended yet.
    case lingers(Handle, wasCancelled: Bool)
  }

  /// An attempt that is being followed; it may be cancelled before it has started.
  // Touched on the loop only, by what `spawn` calls back and by the cancellation's call to the loop: hence
  // unchecked.
  private final class Attempt: @unchecked Sendable {
    private var tree: ProcessTree?
    private var isCancelled = false

    func started(_ tree: ProcessTree) {
      self.tree = tree
      if isCancelled { tree.cancel() }
    }

    func cancel() {
      isCancelled = true
      tree?.cancel()
    }
  }

  private func follow(
    _ attempt: Attempt, adopted: Result<ProcessTree, SpawnError>, started: (Handle) -> Void,
    _ report: @escaping @Sendable (Result<Course, SpawnError>) -> Void
  ) {
    switch adopted {
    case .failure(let error): report(.failure(error))
    case .success(let tree):
      let handle = Handle(tree)
      started(handle)
      attempt.started(tree)
      tree.whenSettled(heedsCancel: true) { settled in
        report(.success(self.assumeIsolated { $0.course(of: handle, settled) }))
      }
    }
  }

  private func course(of handle: Handle, _ settled: ProcessTree.Settled) -> Course {
    let tree = tree(of: handle)
    if settled == .cancelled || mayHaveLeftOver(tree) {
      return .lingers(handle, wasCancelled: settled == .cancelled)
    }
    return .over(close(tree, leftOver: [], unkillable: [], wasCancelled: false))
  }

  /// A start that the spawn thread is asked for.
  private struct Order: Sendable {
    let configuration: SubprocessConfiguration
    let group: ControlGroup?
    let marker: String
    let startTicks: UInt64
  }

  private nonisolated func order(
    _ configuration: SubprocessConfiguration, attempt: String
  ) throws(SpawnError) -> Order {
    var configuration = configuration
    configuration.environment.removeAll { $0.hasPrefix(Self.markerName + "=") }
    configuration.environment.append("\(Self.markerName)=\(attempt)")
    return Order(
      configuration: configuration, group: try makeGroup(attempt, configuration.groupLimits), marker: attempt,
      startTicks: ticks(of: .now))
  }

  private nonisolated func makeGroup(
    _ attempt: String, _ limits: SubprocessConfiguration.GroupLimits
  ) throws(SpawnError) -> ControlGroup? {
    guard let groups else { return nil }
    do throws(Errno) {
      return try ControlGroup(in: groups, attempt: attempt, limits: limits)
    } catch {
      throw SpawnError(stage: .cgroup, errno: error)
    }
  }

  /// Has the spawn thread start a child, and calls back on the loop.
  private nonisolated func spawn(
    _ order: Order,
    _ body: @escaping @Sendable (isolated ProcessTable, Result<Spawned, SpawnError>) -> Void
  ) {
    SpawnThread.shared.spawn(order.configuration, cgroup: order.group?.procs.rawValue) { [self] spawned in
      loop.execute { self.assumeIsolated { table in body(table, spawned) } }
    }
  }

  /// Takes over what has started, and begins to listen to it.
  private func adopt(
    _ order: Order, _ spawned: Result<Spawned, SpawnError>,
    _ sink: @escaping @Sendable (OutputStream, UnsafeRawBufferPointer) -> Flow
  ) -> Result<ProcessTree, SpawnError> {
    let child: Spawned
    do throws(SpawnError) { child = try spawned.get() } catch {
      order.group?.remove()
      return .failure(error)
    }
    lastID += 1
    let tree = ProcessTree(
      id: lastID,
      closure: TreeClosure(
        marker: order.marker, main: child.pid, startTicks: order.startTicks, ownSession: ownSession),
      group: order.group,
      loop: loop
    ) { changed in Subprocess(child, loop: loop, buffer: buffer.bytes, sink: sink, changed: changed) }
    trees[lastID] = tree
    do throws(Errno) { try tree.main.begin() } catch {
      // Out of memory for a watch: what cannot be heard must not run.
      tree.main.send(SIGKILL)
      return .failure(
        SpawnError(stage: .pipes, errno: error.during("watch", order.configuration.program)))
    }
    beginSweeping()
    return .success(tree)
  }
}

extension ProcessTable.Handle {
  init(_ tree: ProcessTree) { self.init(id: tree.id, pid: tree.main.pid) }
}
