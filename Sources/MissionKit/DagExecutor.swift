import Formats
import MissionEngine
import MissionModel
import Posix

/// Carries missions out in the embedder's process, with everything but the steps' logs in memory.
public struct DagExecutor: Sendable {
  private let workspace: String
  private let logs: String
  private let loop: EventLoop
  private let environment: [String: String]

  /// Makes an executor whose steps work in `workspace`, an existing directory, and log into `logs`.
  ///
  /// `environment` is what steps and `{{env.NAME}}` see. Throws `MissionError` where the kernel gives no
  /// event loop.
  public init(
    workspace: String, logs: String, environment: [String: String]
  ) throws(MissionError) {
    self.workspace = workspace
    self.logs = logs
    self.environment = environment
    do throws(Errno) { loop = try EventLoop(name: "dag") } catch {
      throw MissionError("start an event loop: \(error)")
    }
  }

  /// Carries a mission out to its end. A failed mission is a result, not an error; when the surrounding task
  /// is cancelled, so is the job.
  public func execute(
    _ mission: LoadedMission, context: ExecutionContext = ExecutionContext()
  ) async throws(MissionError) -> MissionResult {
    let job: LocalJob
    do throws(StepFailure) { job = try LocalJob(mission.mission, settings(context), loop: loop) } catch {
      throw MissionError(error.message)
    }
    let (ended, results) = await withTaskCancellationHandler {
      await job.execute()
    } onCancel: {
      // The handler cannot wait, and the job outlives it.
      Task { await job.cancel() }
    }
    return MissionResult(ended, results)
  }

  /// Carries out one step as a mission of its own and returns how it ended.
  public func executeStep(
    type: String, parameters: Value, context: ExecutionContext = ExecutionContext()
  ) async throws(MissionError) -> StepOutcome {
    let document: JSON = [
      "name": "step", "steps": [["id": "step", "step_type": .string(type), "parameters": parameters.json]],
    ]
    let mission = try MissionLoader.load(text: document.compact, context: context)
    return try await execute(mission, context: context).steps[0]
  }

  /// The ids of the steps in an order in which they could run one after another: ties in document order.
  public static func topologicalSort(_ mission: LoadedMission) -> [String] {
    let steps = mission.mission.steps
    return (TopologicalOrder.order(of: steps) ?? []).map { steps[$0].id }
  }

  private func settings(_ context: ExecutionContext) -> LocalJob.Settings {
    var settings = LocalJob.Settings(workspace: workspace, logs: logs, environment: environment)
    settings.context = context.variables
    return settings
  }
}
