import CLinux
import Glibc

extension ProcessTable {
  /// How long to wait for the killed: one that sleeps in the kernel goes when it wakes, not before.
  private static let killedGoWithin = Duration.seconds(2)
  /// Passes over a tree that makes processes faster than they are found.
  private static let mostPasses = 200

  /// Ends a whole tree: SIGTERM, a grace time, SIGKILL, each repeated until two passes find nothing new.
  ///
  /// Returns what could not be ended: another user's, or one that sleeps in the kernel.
  func end(_ tree: ProcessTree, grace: Duration) async -> [ProcessName] {
    let deadline = BootTime.now.advanced(by: grace)
    // At once, for whatever else has to be found first.
    if grace > .zero { tree.main.send(SIGTERM) }
    return tree.group == nil ? await endByMarker(tree, deadline) : await endByGroup(tree, deadline)
  }

  private func endByGroup(_ tree: ProcessTree, _ deadline: BootTime) async -> [ProcessName] {
    guard let group = tree.group else { return [] }
    if BootTime.now < deadline {
      for pid in group.pids where pid != tree.main.pid { _ = kill(pid, SIGTERM) }
      for pid in group.pids { _ = kill(pid, SIGCONT) }
      await emptied(group, until: deadline)
    }
    if group.isPopulated {
      do throws(Errno) { try group.kill() } catch {
        // A kernel before 5.14 has no such file, and a full table of descriptors cannot open it.
        for pid in group.pids { _ = kill(pid, SIGKILL) }
      }
      await emptied(group, until: BootTime.now.advanced(by: Self.killedGoWithin))
    }
    // Reaps what has gone, and sees what has not.
    return await members(of: tree).map(\.processName)
  }

  private func emptied(_ group: ControlGroup, until deadline: BootTime) async {
    while group.isPopulated, BootTime.now < deadline {
      await ready(group.eventsNumber, .exceptional, until: deadline)
    }
  }

  private func endByMarker(_ tree: ProcessTree, _ deadline: BootTime) async -> [ProcessName] {
    var refused: [Int32: ProcessName] = [:]
    if BootTime.now < deadline {
      let asked = await signalAll(of: tree, SIGTERM, &refused)
      await gone(asked, within: BootTime.now.duration(to: deadline))
    }
    let killed = await signalAll(of: tree, SIGKILL, &refused)
    await gone(killed, within: Self.killedGoWithin)
    // Reaps what has gone, and sees what has not.
    for entry in await members(of: tree) { refused[entry.pid] = entry.processName }
    let living = Set(await snapshot(since: tree.closure.startTicks).filter { !$0.isZombie }.map(\.pid))
    return refused.values.filter { living.contains($0.pid) }.sorted { $0.pid < $1.pid }
  }

  /// Signals each member once, until two passes find none that was not signalled.
  ///
  /// - Parameter refused: gets those that this process may not signal.
  private func signalAll(
    of tree: ProcessTree, _ signal: CInt, _ refused: inout [Int32: ProcessName]
  ) async -> [Int32] {
    var signalled: Set<Int32> = []
    var quietPasses = 0
    for _ in 0..<Self.mostPasses where quietPasses < 2 {
      let new = await members(of: tree).filter { !signalled.contains($0.pid) && refused[$0.pid] == nil }
      quietPasses = new.isEmpty ? quietPasses + 1 : 0
      for entry in new {
        if send(signal, to: entry) {
          signalled.insert(entry.pid)
        } else if errno == EPERM {
          refused[entry.pid] = entry.processName
        }
      }
    }
    return Array(signalled)
  }

  /// Signals this very process and no later one with its number. False with `errno` where that failed.
  private func send(_ signal: CInt, to entry: ProcessEntry) -> Bool {
    let number = linux_pidfd_open(entry.pid)
    guard number >= 0 else { return false }
    let pidfd = FileDescriptor(owning: number)
    guard ProcessSnapshot.entry(of: entry.pid)?.startTicks == entry.startTicks else {
      errno = ESRCH
      return false
    }
    guard linux_pidfd_send_signal(pidfd.rawValue, signal) == 0 else { return false }
    // A stopped process acts on SIGTERM when it goes on.
    if signal == SIGTERM { _ = linux_pidfd_send_signal(pidfd.rawValue, SIGCONT) }
    return true
  }

  /// Kills the trees of all attempts, without grace; whoever waits for their `ending` still gets it. For a
  /// program that is about to exit.
  package func killAll() async {
    for tree in Array(trees.values) { await killNow(tree) }
  }

  /// Kills one tree without grace.
  func killNow(_ tree: ProcessTree) async {
    var refused: [Int32: ProcessName] = [:]
    await gone(await signalAll(of: tree, SIGKILL, &refused), within: Self.killedGoWithin)
  }

  /// Kills what attempts of an earlier process left, without grace: all with one of these markers, these very
  /// processes, and what they started. Leaves of control groups go with `ControlGroups.removeLeftOvers`.
  ///
  /// Returns what could not be killed.
  package func killLeftOvers(markers: Set<String>, processes: [ProcessIdentity]) async -> [ProcessName] {
    var refused: [Int32: ProcessName] = [:]
    var killed: Set<Int32> = []
    let recorded = processes.filter(\.isAlive)
    var quietPasses = 0
    for _ in 0..<Self.mostPasses where quietPasses < 2 {
      let entries = await snapshot()
      let new = leftOvers(in: entries, markers: markers, recorded: recorded).filter {
        !killed.contains($0.pid) && refused[$0.pid] == nil
      }
      quietPasses = new.isEmpty ? quietPasses + 1 : 0
      for entry in new {
        if send(SIGKILL, to: entry) {
          killed.insert(entry.pid)
        } else if errno == EPERM {
          refused[entry.pid] = entry.processName
        }
      }
    }
    await gone(Array(killed), within: Self.killedGoWithin)
    _ = await snapshot()
    return refused.values.sorted { $0.pid < $1.pid }
  }

  /// Ends a process that this table did not start, or no longer knows: a signal, a grace time, SIGKILL.
  ///
  /// - Parameter marker: everything that carries it goes as well; nil ends the process alone.
  /// - Returns: false where it was over already.
  package func end(
    _ process: ProcessIdentity, marker: String?, signal: CInt, grace: Duration
  ) async -> Bool {
    let entries = await snapshot()
    let main = entries.first { Self.isSame($0, process) }
    guard let main else { return false }
    let members = marker.map { leftOvers(in: entries, markers: [$0], recorded: [process]) } ?? [main]
    for entry in members { _ = send(signal, to: entry) }
    await gone(members.map(\.pid), within: grace)
    guard let marker else {
      if let left = await snapshot().first(where: { Self.isSame($0, process) }) {
        _ = send(SIGKILL, to: left)
        await gone([left.pid], within: Self.killedGoWithin)
      }
      return true
    }
    _ = await killLeftOvers(markers: [marker], processes: [process])
    return true
  }

  private static func isSame(_ entry: ProcessEntry, _ process: ProcessIdentity) -> Bool {
    entry.pid == process.pid && entry.startTicks == process.startTicks && !entry.isZombie
      && process.bootID == ProcessIdentity.currentBootID
  }

  private func leftOvers(
    in entries: [ProcessEntry], markers: Set<String>, recorded: [ProcessIdentity]
  ) -> [ProcessEntry] {
    var found: [Int32: ProcessEntry] = [:]
    for marker in Set(entries.compactMap(\.marker)).intersection(markers) {
      let closure = TreeClosure(marker: marker, main: -1, startTicks: 0, ownSession: ownSession)
      for entry in closure.members(of: entries) { found[entry.pid] = entry }
    }
    for identity in recorded {
      let closure = TreeClosure(
        marker: nil, main: identity.pid, startTicks: identity.startTicks, ownSession: ownSession)
      for entry in closure.members(of: entries) { found[entry.pid] = entry }
    }
    found[getpid()] = nil
    return Array(found.values)
  }
}
