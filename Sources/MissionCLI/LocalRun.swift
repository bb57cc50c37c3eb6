import Formats
import Glibc
import MissionKit
import MissionModel
import MissionServer
import Posix

/// A job of `mission run` with its progress on the console and its end on request.
struct LocalRun {
  private let job: LocalJob
  private let display: Display
  private let console: Console

  /// Between two redraws of the live region.
  private static let redrawInterval = Duration.milliseconds(500)

  /// What is shown, and since when; events come from the engine, ticks from the clock.
  private final class Display: Sendable {
    private let view: Lock<ProgressView>
    private let start = BootTime.now
    private let console: Console

    init(_ mission: Mission, _ console: Console) {
      self.console = console
      view = Lock(
        ProgressView(
          total: mission.steps.count, isLive: console.errorIsTerminal, usesColor: console.usesColor,
          width: console.width))
    }

    var elapsed: Int64 { start.duration(to: .now).inMilliseconds }

    func show(_ events: [JobEvent]) {
      let elapsed = elapsed
      view.withLock { view in
        let text = events.map { event in
          view.take(
            .init(
              event.kind.rawValue, stepID: event.stepID, attempt: event.attempt, status: event.status,
              error: event.error,
              elapsed: elapsed))
        }.joined()
        console.writeError(Array(text.utf8))
      }
    }

    func tick() {
      let elapsed = elapsed
      view.withLock { console.writeError(Array($0.tick(elapsed: elapsed).utf8)) }
    }
  }

  init(
    _ mission: Mission, _ context: JSONObject, _ configuration: Configuration, logs: String, store: String?,
    _ console: Console
  ) throws(CommandError) {
    guard let program = console.program else { preconditionFailure("mission run is a program of its own") }
    guard let directory = getcwd(nil, 0) else {
      throw CommandError(.failed, "find the current directory: \(String(cString: strerror(errno)))")
    }
    defer { free(directory) }
    let display = Display(mission, console)
    var settings = LocalJob.Settings(
      workspace: mission.config.workspace ?? String(cString: directory), logs: logs,
      environment: console.environment)
    settings.context = context
    do throws(StartError) {
      for warning in try settings.take(configuration) { console.note("warning: \(warning)") }
    } catch {
      throw CommandError(.usage, error.description)
    }
    settings.store = store
    do throws(StepFailure) {
      job = try LocalJob(mission, settings, loop: program.loop, isOnFirstThread: true) { display.show($0) }
    } catch {
      throw CommandError(.failed, error.message)
    }
    self.display = display
    self.console = console
    endOnRequest(program)
  }

  /// Carries the job out, and tells what its steps warn of.
  func execute() async -> (job: Job, results: [StepResult]) {
    let ended = await carryOut()
    for result in ended.results {
      for warning in result.warnings {
        console.note("warning: \(result.stepID): \(Shown.value(warning))")
      }
    }
    return ended
  }

  /// Waits for the job's end, redrawing the live region as time goes by.
  private func carryOut() async -> (job: Job, results: [StepResult]) {
    guard console.errorIsTerminal else { return await job.execute() }
    return await withTaskGroup(of: (job: Job, results: [StepResult])?.self) { group in
      group.addTask { await job.execute() }
      group.addTask {
        // Until the job is over, when the wait is cancelled.
        while (try? await ContinuousClock().sleep(for: Self.redrawInterval)) != nil { display.tick() }
        return nil
      }
      defer { group.cancelAll() }
      while let ended = await group.next() { if let ended { return ended } }
      preconditionFailure("the job's task returns the job")
    }
  }

  /// The first request cancels, the second kills; a third does not even wait for that.
  private func endOnRequest(_ program: Program) {
    let requests = Lock(0)
    let (job, console) = (job, console)
    program.onRequestToEnd { signal in
      let count = requests.withLock { count in
        count += 1
        return count
      }
      if count > 2 { exit(128 + signal) }
      if count == 1 { console.note("cancelling; once more to kill") }
      Task {
        if count == 1 { return await job.cancel() }
        await job.kill()
        exit(128 + signal)
      }
    }
  }
}
