package import Formats
package import MissionEngine
package import MissionModel

extension StepRunner {
  /// Runs one step by the engine itself, for types that run other steps; gives its result.
  ///
  /// - Parameters:
  ///   - types: the step types that there are.
  ///   - timeoutSeconds: the step's own, on `clock`.
  ///   - checkpoint: what the step stored in an earlier life of the job.
  ///   - stored: hears of every checkpoint, and of null when the last one is removed.
  package func carryOut(
    _ type: String, _ parameters: String, types: [any StepType.Type], context: JSONObject = [:],
    timeoutSeconds: Int? = nil, clock: EngineClock = .test, tools: [CommandTool] = [],
    checkpoint: JSON? = nil,
    stored: @escaping @Sendable (JSON) -> Void = { _ in },
    adjust: (inout MissionConfig) -> Void = { _ in }
  ) async throws -> StepResult {
    guard let written = try YAMLParser.parse(parameters).objectValue else {
      throw TestSupportError("parameters are a map: \(parameters)")
    }
    let mission = Mission.sketch(
      [
        StepSketch("step", parameters: written) {
          $0.type = type
          $0.timeoutSeconds = timeoutSeconds
        }
      ], context: context, adjust: adjust)
    var harness = EngineHarness()
    let (capabilities, log, warnings) = (capabilities, log, warnings)
    harness.services.clock = clock
    harness.services.catalog = StepCatalog(types)
    harness.services.commandTools = tools
    harness.services.world = { _, _ in
      AttemptWorld(
        capabilities: capabilities,
        log: StepLog { _, bytes in log.update { $0 += String(decoding: bytes, as: UTF8.self) } },
        warn: { warning in warnings.update { $0.append(warning) } }, finish: { AttemptReport() })
    }
    var progress = RecordedProgress()
    if let checkpoint { progress.checkpoints[0] = checkpoint }
    let job = ClaimedJob(
      id: JobID("01890000-0000-7000-8000-000000000001")!, document: [], format: .json, context: [:],
      workspace: directory.path, startedAt: EngineClock.test.now(), progress: progress)
    let executor = MissionExecutor(job, mission: mission, services: harness.services)
    _ = await withTaskCancellationHandler {
      await executor.execute()
    } onCancel: {
      Task { await executor.cancel() }
    }
    for entry in await harness.journal.entries {
      for checkpoint in entry.checkpoints { stored(checkpoint.value) }
    }
    guard let result = await harness.journal.results["step"] else {
      throw TestSupportError("the step has no result")
    }
    return result
  }
}
