import Formats
import Glibc
import MissionEngine
import MissionKit
import MissionModel
import MissionStore
import Posix
import Sandbox
import Telemetry

/// What runs missions: the dispatcher, its executors and the world of their steps.
extension Daemon {
  func makeDispatcher(
    _ store: JobStore, _ processes: ProcessesLive, _ markers: AttemptMarkers
  ) -> Dispatcher {
    let limits = launch.configuration.limits
    let intake = MissionIntake(catalog: launch.catalog, limits: limits)
    return Dispatcher(
      queue: NotifyingQueue(store, feed: feed),
      services: services(store, processes, makeWorld(store, processes, markers)),
      executors: launch.configuration.executors,
      mayStart: { [health] in health.mayStart },
      load: { job throws(ValidationError) in
        if job.workspace.hasPrefix(self.state.workspaces + "/") { mkdir(job.workspace, 0o700) }
        return try await intake.check(
          job.document, as: job.format, context: job.context, unknownFields: .warn
        ).mission
      })
  }

  private func services(
    _ store: JobStore, _ processes: ProcessesLive, _ world: LiveWorld
  ) -> ExecutorServices {
    var services = ExecutorServices(
      journal: store, catalog: launch.catalog, clock: clock, world: { world.attempt($0, spent: $1) },
      variables: outerVariables,
      publish: { [feed, idleMemory] job, events in
        let isOver = events.last?.kind == .jobFinished
        feed.publish(job, isOver: isOver)
        if isOver { idleMemory.workEnded() }
      },
      storeTrouble: { [health, log] job, error in
        if let error {
          let isNews = health.set(.database, error.message)
          if isNews { log.error("the job table fails", ["job": job.description, "cause": error.message]) }
        } else if health.set(.database, nil) {
          log.notice("the job table works again", ["job": job.description])
        }
      },
      die: { Double.random(in: 0...1) }, limits: launch.configuration.limits,
      defaultConcurrency: Cores.available)
    services.commitInterval = .milliseconds(5)
    services.endJob = { await processes.endJob($0) }
    services.commandTools = launch.configuration.ai.tools
    services.findMasker = { [secrets] in secrets.masker }
    services.audit = store.auditTrail
    services.review = .policy { [policy] in policy.judge }
    return services
  }

  /// The programs of all jobs, in control groups of their own where one was delegated to the daemon.
  ///
  /// What the daemon before left of its attempts is killed first.
  func makeProcesses() async throws(StartError) -> (live: ProcessesLive, markers: AttemptMarkers) {
    let settings = launch.configuration
    let groups = ControlGroups.delegated(to: state.root)
    let table: ProcessTable
    let markers: AttemptMarkers
    do throws(Errno) {
      table = try ProcessTable(loop: loop, groups: groups, isOnFirstThread: launch.isOnFirstThread)
      markers = try AttemptMarkers(file: state.identity, identifiers: identifiers)
    } catch { throw StartError("prepare to run processes: \(error)") }
    if groups == nil { log.debug("no control group was delegated: processes are found by their marker") }
    let left = await BlockingWork.files.run { markers.living() }
    if !left.isEmpty {
      let refused = await table.killLeftOvers(markers: left, processes: [])
      log.notice(
        "left-over processes were killed",
        ["attempts": String(left.count), "refused": refused.map { String($0.pid) }.joined(separator: " ")])
    }
    let host = ConfinementHost.current(
      path: launch.environment["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      groups: groups)
    try await checkConfinement(host)
    let environment = ChildEnvironment(
      inherited: launch.environment, passed: settings.passedEnvironment, home: settings.home)
    let slots = settings.limits.maxRunningProcesses
    var surroundings = ProcessesLive.Surroundings(
      environment: environment, killGrace: .milliseconds(settings.killGraceMilliseconds))
    surroundings.detached = DetachedProcesses(directory: state.detached)
    surroundings.confinement = settings.confinement
    surroundings.network = settings.confinementNetwork
    surroundings.findPlaces = { [policy] in policy.places }
    surroundings.findJudge = { [policy] in policy.judge }
    surroundings.host = host
    self.host.withLock { $0 = host }
    let live = ProcessesLive(
      table: table, slots: ProcessSlots(count: slots > 0 ? slots : 4 * Cores.available),
      surroundings: surroundings)
    return (live, markers)
  }

  private func makeWorld(
    _ store: JobStore, _ processes: ProcessesLive, _ markers: AttemptMarkers
  ) -> LiveWorld {
    var rules = LiveWorld.Rules(logs: state.logs)
    rules.readable = launch.configuration.readPaths
    rules.writable = launch.configuration.writePaths
    rules.findForbidden = { [policy, root = state.root] in [root] + policy.places.forbidden }
    rules.limits = launch.configuration.limits
    rules.models = launch.configuration.ai
    rules.environment = launch.environment
    rules.secret = { [secrets] in secrets.find($0) }
    rules.findDatabases = { [databases] in databases.withLock { $0 } }
    rules.knowledge = store.knowledge.capability
    return LiveWorld(
      rules: rules, processes: processes, patterns: .live(),
      network: .live(
        findProxy: { [proxy] in proxy.withLock { $0 } },
        home: launch.configuration.home ?? launch.environment["HOME"]
      ) { [policy] in policy.judge },
      ledger: models,
      makeMarker: { markers.make() })
  }

  private var outerVariables: OuterVariables {
    let environment = launch.environment
    let allowed = Set(
      ["PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR"] + launch.configuration.passedEnvironment)
    return OuterVariables(
      environment: { name in
        guard allowed.contains(name) else {
          return .missing("env.\(name) is not given to missions; name it in environment.pass")
        }
        return environment[name].map { .value(.string($0)) } ?? .missing("env.\(name) is not set")
      },
      secret: { [secrets] in secrets.find($0) },
      makeUUID: { [identifiers] in identifiers.makeUUID() })
  }
}
