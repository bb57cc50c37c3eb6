import Glibc
import MissionModel
import Posix

/// The processes that `process_start` steps have started, until their job ends.
actor HeldProcesses {
  struct Held: Sendable {
    let handle: ProcessTable.Handle
    let step: String
    let isDetached: Bool
  }

  private let table: ProcessTable
  private let grace: Duration
  private var byJob: [JobID: [Held]] = [:]

  init(table: ProcessTable, grace: Duration) {
    self.table = table
    self.grace = grace
  }

  func hold(_ held: Held, of job: JobID) { byJob[job, default: []].append(held) }

  /// Ends what the job holds and did not detach, all at once.
  func endJob(_ job: JobID) async -> [String] {
    let ending = (byJob.removeValue(forKey: job) ?? []).filter { !$0.isDetached }
    return await withTaskGroup(of: [String].self) { [table, grace] group in
      for held in ending {
        group.addTask {
          await table.cancel(held.handle)
          let ended = await table.ending(of: held.handle, grace: grace)
          return ended.unkillable.isEmpty ? [] : ProcessesLive.warnings(of: ended)
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  /// Ends one process of a job, with its tree or alone.
  func kill(_ target: KillTarget, _ options: KillOptions, job: JobID) async throws(StepFailure) -> KillResult
  {
    let held = try take(target, job)
    let grace = Duration.milliseconds(options.graceMilliseconds)
    let wasOver = await table.mainEnding(of: held.handle) != nil
    if options.tree {
      if options.signal != SIGTERM { await table.signal(held.handle, options.signal) }
      await table.cancel(held.handle)
    } else {
      await table.signal(held.handle, options.signal, thenKillAfter: grace)
    }
    let ending = await table.ending(of: held.handle, grace: options.signal == SIGKILL ? .zero : grace)
    return KillResult(pid: held.handle.pid, killed: !wasOver, ending: ProcessEnding(ending))
  }

  private func take(_ target: KillTarget, _ job: JobID) throws(StepFailure) -> Held {
    let all = byJob[job, default: []]
    let index =
      switch target {
      case .pid(let pid): all.firstIndex { $0.handle.pid == pid }
      case .step(let step): all.lastIndex { $0.step == step }
      }
    guard let index else {
      switch target {
      case .pid(let pid):
        throw StepFailure("kill \(pid): no process_start of this job started it, or it has been ended")
      case .step(let step):
        throw StepFailure("kill the process of step \"\(step)\": it started none, or it has been ended")
      }
    }
    return byJob[job, default: []].remove(at: index)
  }
}
