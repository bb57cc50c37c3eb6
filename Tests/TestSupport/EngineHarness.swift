package import Formats
package import MissionEngine
package import MissionModel

/// Everything that a job needs in a test, in memory, on real time.
package struct EngineHarness {
  package let journal: RecordingJournal
  package var services: ExecutorServices

  /// Makes services whose only step type is `ScriptedStep`.
  package init(journal: RecordingJournal = RecordingJournal(), environment: [String: String] = [:]) {
    self.journal = journal
    services = ExecutorServices(
      journal: journal, catalog: StepCatalog([ScriptedStep.self]), clock: .test,
      world: { _, _ in
        AttemptWorld(capabilities: .denied, log: .none, warn: { _ in }, finish: { AttemptReport() })
      },
      variables: OuterVariables(
        environment: { name in
          environment[name].map { .value(.string($0)) } ?? .missing("env has no \"\(name)\"")
        },
        secret: { .missing("there is no secret \"\($0)\"") },
        makeUUID: { "00000000-0000-7000-8000-000000000000" }),
      die: { 0.5 }, defaultConcurrency: 2)
  }

  /// A job of `mission` in its beginning, or with `progress` behind it.
  package func job(progress: RecordedProgress = .init(), context: JSONObject = [:]) -> ClaimedJob {
    ClaimedJob(
      id: JobID("01890000-0000-7000-8000-000000000001")!, document: [], format: .json, context: context,
      workspace: "/tmp", startedAt: EngineClock.test.now(), progress: progress)
  }

  /// Carries `mission` out with the scripts of `work`.
  package func run(
    _ mission: Mission, progress: RecordedProgress = .init(), context: JSONObject = [:],
    _ work: [String: Script.Work] = [:]
  ) async -> MissionExecutor.Ending {
    await Script.$current.withValue(work) {
      await MissionExecutor(job(progress: progress, context: context), mission: mission, services: services)
        .execute()
    }
  }
}

extension EngineClock {
  /// Stands still until the bell rings; then an hour has gone, and it goes on as `test` does.
  package static func stopped(until bell: Observed<Bool>) -> EngineClock {
    EngineClock(
      now: test.now, elapsed: { bell.value ? .seconds(3600) + test.elapsed() : .zero },
      sleep: { duration throws(CancellationError) in
        guard !bell.value else { return try await test.sleep(duration) }
        do { try await bell.wait("the bell") { $0 } } catch { throw CancellationError() }
      })
  }

  /// The real clocks.
  package static let test: EngineClock = {
    let start = ContinuousClock.now
    return EngineClock(
      now: { Timestamp(milliseconds: 1_700_000_000_000 + (ContinuousClock.now - start).inMilliseconds) },
      elapsed: { ContinuousClock.now - start },
      sleep: { duration throws(CancellationError) in
        do { try await ContinuousClock().sleep(for: duration) } catch { throw CancellationError() }
      })
  }()
}
