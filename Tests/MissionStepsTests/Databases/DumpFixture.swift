import Formats
import MissionModel
import Posix
import Sandbox
import TestSupport

/// The one process table of these tests.
private let table: ProcessTable = {
  guard let loop = try? EventLoop(name: "dumps"), let table = try? ProcessTable(loop: loop, groups: nil)
  else { fatalError("no process table") }
  return table
}()

extension StepRunner {
  /// Processes that really run, in the workspace.
  func realProcesses() throws -> Processes {
    let path = directory.path
    let live = ProcessesLive(
      table: table, slots: ProcessSlots(count: 4),
      surroundings: .init(
        environment: ChildEnvironment(inherited: ["PATH": "/usr/bin:/bin", "HOME": path]),
        killGrace: .milliseconds(200)))
    return live.capability(
      for: ProcessesLive.Attempt(
        job: JobID("01890000-0000-7000-8000-000000000001")!, step: "step",
        marker: "dump-\(UInt64.random(in: 0...UInt64.max))", workspace: try WorkspaceLive(path), log: .none,
        logPath: path + "/step.log", patterns: .live()))
  }
}
