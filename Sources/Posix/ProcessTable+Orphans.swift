import CLinux
import Glibc

/// Threads that read `/proc`: apart from files, since a process may hold its reader up.
private let scanning = BlockingWork(name: "scan", permits: 2)

extension ProcessTable {
  /// Whether anything of a tree whose main process has ended may still live. False is certain.
  func mayHaveLeftOver(_ tree: ProcessTree) -> Bool {
    if let group = tree.group {
      if isOnFirstThread { sweep() }
      return group.isPopulated
    }
    // A sibling made with CLONE_PARENT is the spawn thread's child, not an orphan; it is in the main one's
    // group.
    if linux_peek_group(tree.main.pid) >= 0 { return true }
    return mayHaveOrphans()
  }

  /// Whether any orphan may have been adopted; those that have ended are reaped on the way. False is certain.
  private func mayHaveOrphans() -> Bool {
    if isOnFirstThread { return reapOnFirstThread() }
    guard let children = adoptedChildren() else { return true }
    return !children.isEmpty
  }

  /// Reaps orphans that have ended: at once where one call names them, else when `/proc` has been read.
  func sweep() {
    if isOnFirstThread {
      _ = reapOnFirstThread()
    } else if let children = adoptedChildren() {
      for pid in children { reapIfOrphan(pid) }
    } else {
      scanning.submit { [self, loop] in
        let entries = ProcessSnapshot.take()
        loop.execute { self.assumeIsolated { $0.note(entries) } }
      }
    }
  }

  /// True where the first thread still has children. Its children are orphans, or were started by some
  /// other code of this process, which waits for them itself: those share our session.
  private func reapOnFirstThread() -> Bool {
    while true {
      let pid = linux_peek_child(1)
      guard pid > 0 else { return pid == 0 }
      guard reapIfOrphan(pid) else { return true }
    }
  }

  /// The first thread's children, by `proc_pid_task_children(5)`; nil where the kernel was built without.
  private func adoptedChildren() -> [Int32]? {
    ControlGroups.text("/proc/self/task/\(getpid())/children")?.split(separator: " ").compactMap { Int32($0) }
  }

  /// Reaps an ended child unless it is one that somebody waits for. False where it was left.
  @discardableResult
  private func reapIfOrphan(_ pid: Int32) -> Bool {
    guard let entry = ProcessSnapshot.entry(of: pid), isOrphan(entry) else { return false }
    var ignored = linux_exit()
    return linux_wait_pid(pid, &ignored) == 1
  }

  /// An adopted child: not a main process of ours, and not in our session, which nothing below us can join.
  private func isOrphan(_ entry: ProcessEntry) -> Bool {
    entry.parent == getpid() && entry.session != ownSession && !KnownChildren.contains(entry.pid)
  }

  /// Reads `/proc` off the loop, then takes note of orphans and reaps those that have ended.
  func snapshot(since ticks: UInt64 = 0) async -> [ProcessEntry] {
    let entries = await scanning.run { ProcessSnapshot.take(since: ticks) }
    note(entries)
    return entries
  }

  private func note(_ entries: [ProcessEntry]) {
    var living: [ProcessEntry] = []
    for entry in entries where isOrphan(entry) {
      if entry.isZombie {
        var ignored = linux_exit()
        _ = linux_wait_pid(entry.pid, &ignored)
      } else if entry.marker == nil, !KnownChildren.contains(entry.session) {
        living.append(entry)
      }
    }
    orphans.update(living, running: trees.values.map { ($0.id, $0.closure.startTicks) })
  }

  /// The tree's living members.
  func members(of tree: ProcessTree) async -> [ProcessEntry] {
    let entries = await snapshot(since: tree.closure.startTicks)
    if let group = tree.group {
      let pids = Set(group.pids)
      return entries.filter { pids.contains($0.pid) && !$0.isZombie }
    }
    return tree.closure.members(of: entries, orphans: orphans.heldOnly(by: tree.id))
  }

  /// Members that are still there when those about to go have gone.
  func membersThatStay(of tree: ProcessTree) async -> [ProcessName] {
    let found = await members(of: tree)
    guard !found.isEmpty else { return [] }
    // What has closed its pipes may be in its last instructions: it is no left-over.
    await gone(found.map(\.pid), within: .milliseconds(100))
    return await members(of: tree).map(\.processName)
  }

  /// Waits until processes have ended, or the time is over. Those that cannot be watched are not waited for.
  func gone(_ pids: [Int32], within limit: Duration) async {
    let deadline = BootTime.now.advanced(by: limit)
    for pid in pids {
      let number = linux_pidfd_open(pid)
      guard number >= 0 else { continue }
      let pidfd = FileDescriptor(owning: number)
      await ready(pidfd.rawValue, .read, until: deadline)
    }
  }

  /// Waits until a descriptor is ready or an instant is reached, whatever becomes of the task.
  func ready(_ number: CInt, _ interest: Poller.Interest, until deadline: BootTime) async {
    await withCheckedContinuation { continuation in
      let wait = OneWait(continuation)
      let timer = loop.schedule(at: deadline) { [loop] in
        loop.unwatch(number)
        wait.end()
      }
      do throws(Errno) {
        try loop.watch(number, for: interest) { [loop] _ in
          loop.unwatch(number)
          loop.cancel(timer)
          wait.end()
        }
      } catch {
        loop.cancel(timer)
        wait.end()
      }
    }
  }
}

/// A continuation that is resumed once. Used on the loop only.
private final class OneWait {
  private var continuation: CheckedContinuation<Void, Never>?
  init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }
  func end() {
    continuation?.resume()
    continuation = nil
  }
}
