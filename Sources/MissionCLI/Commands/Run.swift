import Formats
import Glibc
import MissionEngine
import MissionKit
import MissionModel
import MissionServer
import Posix

extension Subcommand {
  /// `mission run`: carries a mission out in this process.
  package static let run = Subcommand(
    "run", "Run a mission here and now, without a daemon.",
    flags: [
      LocalConfiguration.flag,
      Flag("--dry-run", nil, "Print the plan and run nothing."),
      Flag("--context", "KEY=VALUE", "Set a context variable; may be repeated."),
      Flag("--logs", "DIR", "Keep the logs of the steps here."),
      Flag("--store", "FILE", "Keep the documents of rag_add here; else beside the logs."),
      Flag("--unknown-fields", "RULE", "error, or warn: let unknown fields pass."),
      Flag("--json", nil, "Print the job as JSON, as GET /missions/{id} gives it."),
    ],
    operands: [Operand("FILE", "The mission, in YAML or JSON; - is standard input.")],
    example: "mission run build.yaml --context version=1.2"
  ) { arguments, console throws(CommandError) in
    let file = try MissionFile(arguments, console)
    let configuration = try LocalConfiguration.read(arguments, console)
    let mission = try file.load(configuration, reportingOn: console)
    if arguments.has("--dry-run") {
      return PlanText.show(mission, asJSON: arguments.has("--json"), on: console)
    }
    let logs = try LogDirectory(arguments.value("--logs"))
    let job = try LocalRun(
      mission, file.context, configuration, logs: logs.path, store: arguments.value("--store"), console)
    let (ended, results) = await job.execute()
    if arguments.has("--json") {
      console.write(JobShape.bytes(ended, results: results.map { StoredResult($0) }) + [UInt8(ascii: "\n")])
    }
    let exit = JobText.exit(ended.state.status) ?? .failed
    logs.finish(keep: exit != .completed, console)
    return exit
  }
}

/// The plan of a mission as `--dry-run` prints it.
enum PlanText {
  /// Shows the steps by waves, or the same as JSON.
  static func show(_ mission: Mission, asJSON: Bool, on console: Console) -> ExitStatus {
    guard !asJSON else {
      console.print(ValidationShape.valid(mission, warnings: []).pretty)
      return .completed
    }
    let waves = TopologicalOrder.waves(of: mission.steps) ?? []
    console.print("\(Shown.value(mission.name)): \(size(steps: mission.steps.count, waves: waves.count))")
    for (number, wave) in waves.enumerated() {
      console.print("wave \(number + 1)")
      for place in wave {
        let step = mission.steps[place]
        let needs = step.dependsOn.map { mission.steps[Int($0)].id }.joined(separator: ", ")
        console.print("  \(step.id)  \(step.type)" + (needs.isEmpty ? "" : "  after \(needs)"))
      }
    }
    return .completed
  }

  /// `3 steps in 2 waves`.
  static func size(steps: Int, waves: Int) -> String {
    "\(steps) \(steps == 1 ? "step" : "steps") in \(waves) \(waves == 1 ? "wave" : "waves")"
  }
}
