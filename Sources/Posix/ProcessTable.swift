import CLinux
import Glibc

/// All children of this process: starts them, hears of their end, and ends their trees. One for the process.
///
/// Whether an attempt left anything behind is asked after each, so the question must be cheap. With control
/// groups it is one read of the leaf's `cgroup.events`. Without, the process is child subreaper: when a
/// main process ends, whatever of its tree still lives has an uppermost member that is now an adopted child
/// of ours. The kernel gives adopted children to the first thread, while those we start are the spawn
/// thread's: if the loop runs on the first thread, one `waitid` with `__WNOTHREAD` answers "no children"
/// for all trees at once. Elsewhere
/// `/proc/self/task/PID/children` tells the same, where the kernel has it. Only if that cannot say no is
/// `/proc` read, on another thread.
package actor ProcessTable {
  /// The variable that marks an attempt's processes, wherever they go.
  package static let markerName = "MISSION_ATTEMPT"

  /// The loop that the table lives on.
  package nonisolated let loop: EventLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// A started attempt, to wait for it and to end it by.
  package struct Handle: Sendable, Hashable {
    let id: UInt64
    /// The main process.
    package let pid: Int32
  }

  /// Where attempts get control groups of their own; nil where none was delegated.
  package nonisolated let groups: ControlGroups?
  var trees: [UInt64: ProcessTree] = [:]
  var orphans = OrphanLedger()
  var lastID: UInt64 = 0
  private var isSweeping = false
  let buffer = ReadBuffer()
  private nonisolated let ticksPerSecond = UInt64(max(sysconf(CInt(_SC_CLK_TCK)), 1))
  let ownSession = getsid(0)
  let isOnFirstThread: Bool

  /// Makes the table and this process a child subreaper. The call is `PR_SET_CHILD_SUBREAPER` of `prctl(2)`.
  ///
  /// - Parameter groups: where attempts get control groups of their own; nil leaves them to markers.
  /// - Parameter isOnFirstThread: whether the loop is one of `EventLoop.forFirstThread`.
  package init(loop: EventLoop, groups: ControlGroups?, isOnFirstThread: Bool = false) throws(Errno) {
    self.loop = loop
    self.groups = groups
    self.isOnFirstThread = isOnFirstThread
    _ = try check("become subreaper") { linux_become_subreaper() }
  }

  /// Waits until the attempt is over, and ends what it left behind.
  ///
  /// Cancelling the task ends the whole tree; the answer comes when it is gone.
  /// - Parameter grace: from SIGTERM to SIGKILL.
  package func ending(of handle: Handle, grace: Duration) async -> TreeEnding {
    let settled = await withTaskCancellationHandler {
      await tree(of: handle).settled(heedsCancel: true, on: self)
    } onCancel: {
      loop.execute { self.assumeIsolated { $0.trees[handle.id]?.cancel() } }
    }
    return await finish(handle, wasCancelled: settled == .cancelled, grace: grace)
  }

  func tree(of handle: Handle) -> ProcessTree {
    guard let tree = trees[handle.id] else { preconditionFailure("the attempt's end was asked for before") }
    return tree
  }

  /// Wants an attempt gone: whoever waits for its `ending` does the work. For processes that are held.
  package func cancel(_ handle: Handle) { trees[handle.id]?.cancel() }

  /// Kills an attempt's tree without grace; whoever waits for its `ending` still gets it.
  package func killNow(_ handle: Handle) async {
    if let tree = trees[handle.id] { await killNow(tree) }
  }

  /// Goes on with a stream that the sink had paused.
  package func resume(_ handle: Handle, _ stream: OutputStream) { trees[handle.id]?.main.resume(stream) }

  /// Sends a signal to the main process alone; nothing where it has ended.
  package func signal(_ handle: Handle, _ signal: CInt) { trees[handle.id]?.main.send(signal) }

  /// Sends a signal to the main process alone, and SIGKILL if it lives after a grace time.
  package func signal(_ handle: Handle, _ signal: CInt, thenKillAfter grace: Duration) {
    guard let main = trees[handle.id]?.main else { return }
    main.send(signal)
    _ = loop.schedule(after: grace) { [weak main] in main?.send(SIGKILL) }
  }

  /// How the main process ended; nil while it lives.
  package func mainEnding(of handle: Handle) -> ChildEnding? { trees[handle.id]?.main.ending }

  /// How many attempts have been started and not yet been waited for to the end.
  package var count: Int { trees.count }

  /// Ends what is left of an attempt that has settled, and forgets it.
  func finish(_ handle: Handle, wasCancelled: Bool, grace: Duration) async -> TreeEnding {
    let tree = tree(of: handle)
    var leftOver: [ProcessName] = []
    var unkillable: [ProcessName] = []
    if wasCancelled {
      unkillable = await end(tree, grace: grace)
      _ = await tree.settled(heedsCancel: false, on: self)
    } else if mayHaveLeftOver(tree) {
      leftOver = await membersThatStay(of: tree)
      if !leftOver.isEmpty { unkillable = await end(tree, grace: grace) }
    }
    return close(tree, leftOver: leftOver, unkillable: unkillable, wasCancelled: wasCancelled)
  }

  /// Forgets an attempt of which nothing lives any more.
  func close(
    _ tree: ProcessTree, leftOver: [ProcessName], unkillable: [ProcessName], wasCancelled: Bool
  ) -> TreeEnding {
    guard let main = tree.main.ending else {
      preconditionFailure("the tree settled without its main process")
    }
    tree.main.closePipes()
    let ranOutOfMemory = tree.group?.hadMemoryKill ?? false
    let ranOutOfProcesses = tree.group?.hadProcessRefusal ?? false
    tree.group?.remove()
    trees[tree.id] = nil
    orphans.end(tree.id)
    return TreeEnding(
      main: main, leftOver: leftOver, unkillable: unkillable, ranOutOfMemory: ranOutOfMemory,
      ranOutOfProcesses: ranOutOfProcesses, wasTerminated: wasCancelled)
  }

  nonisolated func ticks(of time: BootTime) -> UInt64 {
    UInt64(time.nanoseconds) / (1_000_000_000 / ticksPerSecond)
  }

  // MARK: Sweeping

  /// Once a second, while attempts run or orphans live, orphans that have ended are reaped; besides, each
  /// attempt's end does it.
  func beginSweeping() {
    guard !isSweeping else { return }
    isSweeping = true
    loop.scheduleRepeating(every: .seconds(1)) { [weak self] in
      self?.assumeIsolated { $0.sweepOnce() } ?? false
    }
  }

  private func sweepOnce() -> Bool {
    sweep()
    isSweeping = !trees.isEmpty || !orphans.isEmpty
    return isSweeping
  }
}

/// Where output is read into; lent to one read at a time, all of them on the loop.
final class ReadBuffer {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 64)
  deinit { bytes.deallocate() }
}
