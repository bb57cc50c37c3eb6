import MissionModel
import Posix
import Sandbox
import TestSupport

/// The one process table of these tests.
private let table: ProcessTable = {
  guard let loop = try? EventLoop(name: "processes"), let table = try? ProcessTable(loop: loop, groups: nil)
  else { fatalError("no process table") }
  return table
}()

/// Steps that really run programs, in a workspace of their own.
struct ProcessFixture {
  var runner: StepRunner

  init() throws {
    runner = try StepRunner()
    let path = runner.directory.path
    let live = ProcessesLive(
      table: table, slots: ProcessSlots(count: 4),
      surroundings: .init(
        environment: ChildEnvironment(inherited: ["PATH": "/usr/bin:/bin", "HOME": path]),
        killGrace: .milliseconds(200)))
    runner.capabilities.processes = live.capability(
      for: ProcessesLive.Attempt(
        job: JobID("01890000-0000-7000-8000-000000000001")!, step: "step",
        marker: "net-\(UInt64.random(in: 0...UInt64.max))", workspace: try WorkspaceLive(path), log: .none,
        logPath: path + "/step.log", patterns: .live()))
  }
}
