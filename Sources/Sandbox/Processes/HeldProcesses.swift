import Glibc
import MissionModel
import Posix

/// The processes that `process_start` steps have started, until their job ends.
actor HeldProcesses {
  struct Held: Sendable {
    /// What is known of it: a child of ours, or one that an earlier daemon, or job, left on purpose.
    enum Process: Sendable {
      case child(ProcessTable.Handle)
      case adopted(DetachedProcesses.Record)
    }
    let process: Process
    let step: String
    let isDetached: Bool

    var pid: Int32 {
      switch process {
      case .child(let handle): handle.pid
      case .adopted(let record): record.identity.pid
      }
    }
  }

  private let table: ProcessTable
  private let grace: Duration
  private let detached: DetachedProcesses?
  private var byJob: [JobID: [Held]] = [:]

  init(table: ProcessTable, grace: Duration, detached: DetachedProcesses? = nil) {
    self.table = table
    self.grace = grace
    self.detached = detached
  }

  func hold(_ held: Held, of job: JobID) { byJob[job, default: []].append(held) }

  /// Ends what the job holds and did not detach, all at once.
  func endJob(_ job: JobID) async -> [String] {
    let ending = (byJob.removeValue(forKey: job) ?? []).filter { !$0.isDetached }
    return await withTaskGroup(of: [String].self) { [table, grace] group in
      for held in ending {
        guard case .child(let handle) = held.process else { continue }
        group.addTask {
          await table.cancel(handle)
          let ended = await table.ending(of: handle, grace: grace)
          return ended.unkillable.isEmpty ? [] : ProcessesLive.warnings(of: ended)
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  /// Ends one process of a job, with its tree or alone.
  func kill(_ target: KillTarget, _ options: KillOptions, job: JobID) async throws(StepFailure) -> KillResult
  {
    guard !Task.isCancelled else { throw .cancelled }
    let held = try await take(target, job)
    let result = await withTaskCancellationHandler {
      await end(held, options, job)
    } onCancel: {
      Task { await self.cutGrace(of: held.process, options) }
    }
    guard !Task.isCancelled else { throw .cancelled }
    return result
  }

  private func end(_ held: Held, _ options: KillOptions, _ job: JobID) async -> KillResult {
    switch held.process {
    case .child(let handle):
      guard !options.tree else { return await killTree(handle, options) }
      // What it started goes with the job.
      if !held.isDetached { byJob[job, default: []].append(held) }
      return await killAlone(handle, options)
    case .adopted(let record):
      let killed = await table.end(
        record.identity, marker: options.tree ? record.marker : nil, signal: options.signal,
        grace: .milliseconds(options.graceMilliseconds))
      return KillResult(pid: record.identity.pid, killed: killed, ending: nil)
    }
  }

  /// Where the step that ends a process is cancelled, the process has the grace of all others, no longer one.
  private func cutGrace(of process: Held.Process, _ options: KillOptions) async {
    // The loop ends with the daemon alone.
    do { try await table.loop.sleep(for: grace) } catch { return }
    switch process {
    case .child(let handle): if options.tree { await table.killNow(handle) }
    case .adopted(let record):
      _ = await table.end(
        record.identity, marker: options.tree ? record.marker : nil, signal: SIGKILL, grace: .zero)
    }
  }

  private func killTree(_ handle: ProcessTable.Handle, _ options: KillOptions) async -> KillResult {
    var grace = Duration.milliseconds(options.graceMilliseconds)
    let wasOver = await table.mainEnding(of: handle) != nil
    if options.signal != SIGTERM, !wasOver {
      await table.signal(handle, options.signal)
      _ = await mainEnding(of: handle, within: options.signal == SIGKILL ? .seconds(1) : grace)
      grace = .zero
    }
    await table.cancel(handle)
    let ending = await table.ending(of: handle, grace: grace)
    return KillResult(pid: handle.pid, killed: !wasOver, ending: ProcessEnding(ending))
  }

  private func killAlone(_ handle: ProcessTable.Handle, _ options: KillOptions) async -> KillResult {
    if let over = await table.mainEnding(of: handle) {
      return KillResult(pid: handle.pid, killed: false, ending: ProcessEnding(over.status))
    }
    let grace = Duration.milliseconds(options.graceMilliseconds)
    await table.signal(handle, options.signal, thenKillAfter: grace)
    let killedGoesWithin = Duration.seconds(2)
    let ending = await mainEnding(of: handle, within: grace + killedGoesWithin)
    return KillResult(pid: handle.pid, killed: true, ending: ending.map { ProcessEnding($0.status) })
  }

  private func mainEnding(
    of handle: ProcessTable.Handle, within limit: Duration
  ) async -> ChildEnding? {
    let deadline = BootTime.now.advanced(by: limit)
    while true {
      if let ending = await table.mainEnding(of: handle) { return ending }
      guard BootTime.now < deadline else { return nil }
      do { try await table.loop.sleep(for: .milliseconds(5)) } catch { return nil }
    }
  }

  private func take(_ target: KillTarget, _ job: JobID) async throws(StepFailure) -> Held {
    let all = byJob[job, default: []]
    let index =
      switch target {
      case .pid(let pid): all.firstIndex { $0.pid == pid }
      case .step(let step): all.lastIndex { $0.step == step }
      }
    if let index { return byJob[job, default: []].remove(at: index) }
    switch target {
    case .pid(let pid):
      if let detached, let record = await BlockingWork.files.run({ detached.find(pid: pid) }) {
        return Held(process: .adopted(record), step: "", isDetached: true)
      }
      throw StepFailure("kill \(pid): no process_start of this job started it, or it has been ended")
    case .step(let step):
      throw StepFailure("kill the process of step \"\(step)\": it started none, or it has been ended")
    }
  }
}

extension ProcessEnding {
  init(_ status: ChildEnding.Status) {
    switch status {
    case .signalled(let signal): self = .signalled(signal)
    case .exited(let code): self = .exited(code: code)
    }
  }
}
