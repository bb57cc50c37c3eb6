package import Formats
import MissionEngine
package import MissionModel
import MissionStore
package import Posix
package import Sandbox

/// A job carried out in this process, with its table in memory: what `mission run` and embedders use.
package struct LocalJob: Sendable {
  /// How and where the job is carried out.
  package struct Settings: Sendable {
    /// Absolute path of the directory to work in.
    package var workspace: String
    /// Folder for the logs of the steps.
    package var logs: String
    /// The environment that steps and `{{env.NAME}}` see.
    package var environment: [String: String]
    package var context: JSONObject = [:]
    package var limits = Limits()
    package var readable: [String] = []
    package var writable: [String] = []
    package var killGrace = Duration.seconds(5)
    /// Who runs models; what is left open comes from the usual variables of `environment`.
    package var models = ModelSettings()
    /// The configured secrets; nil for none but those of the environment, which only have to be masked.
    package var secrets: SecretsLive?
    /// Connection strings by the names that missions call them.
    package var databases: [String: String] = [:]
    /// What requests of HTTP go through.
    package var proxy = WebProxy()
    /// How far processes are confined where the mission asks for no more.
    package var confinement = Confinement()
    /// Which confined processes may use the network.
    package var confinementNetwork = ConfinementNetwork.auto
    /// What confined processes may reach.
    package var places = ConfinementPlaces()
    /// What may be done.
    package var judge = PolicyJudge(Policy())
    /// The file of the document store; nil for one beside the logs.
    package var store: String?

    /// The settings of a job that works in `workspace`.
    package init(workspace: String, logs: String, environment: [String: String]) {
      self.workspace = workspace
      self.logs = logs
      self.environment = environment
    }
  }

  /// The job's id.
  package let id: JobID
  private let journal: InMemoryJournal
  private let executor: MissionExecutor
  private let table: ProcessTable

  /// Prepares `mission`; its processes are watched by `loop`. `publish` hears of events once they count.
  package init(
    _ mission: Mission, _ settings: Settings, loop: EventLoop, isOnFirstThread: Bool = false,
    publish: @escaping @Sendable ([JobEvent]) -> Void = { _ in }
  ) throws(StepFailure) {
    let clock = EngineClock.live(on: loop)
    let identifiers = LiveIdentifiers()
    id = identifiers.makeJobID()
    let now = clock.now()
    journal = InMemoryJournal(id, mission, now: now)
    let secrets = settings.secrets ?? .ofEnvironment(settings.environment)
    var services = ExecutorServices(
      journal: journal, catalog: BuiltinCatalog.catalog, clock: clock,
      world: { _, _ in preconditionFailure("set below") },
      variables: Self.variables(settings, secrets, identifiers), publish: { _, events in publish(events) },
      die: { Double.random(in: 0...1) }, limits: settings.limits, defaultConcurrency: Cores.available)
    let processes: ProcessesLive
    do throws(Errno) {
      table = try ProcessTable(loop: loop, groups: nil, isOnFirstThread: isOnFirstThread)
      var surroundings = ProcessesLive.Surroundings(
        environment: ChildEnvironment(inherited: settings.environment, passesAll: true))
      surroundings.killGrace = settings.killGrace
      surroundings.confinement = settings.confinement
      surroundings.network = settings.confinementNetwork
      surroundings.findPlaces = { [places = settings.places] in places }
      surroundings.host = .current(path: settings.environment["PATH"] ?? "/usr/bin:/bin", groups: nil)
      surroundings.findJudge = { [judge = settings.judge] in judge }
      let slots = settings.limits.maxRunningProcesses
      processes = ProcessesLive(
        table: table, slots: ProcessSlots(count: slots > 0 ? slots : 4 * Cores.available),
        surroundings: surroundings)
    } catch {
      throw StepFailure("prepare to run processes: \(error)")
    }
    var rules = LiveWorld.Rules(logs: settings.logs)
    rules.readable = settings.readable
    rules.writable = settings.writable
    rules.findForbidden = { [forbidden = settings.places.forbidden] in forbidden }
    rules.limits = settings.limits
    rules.models = settings.models
    rules.databases = settings.databases
    rules.environment = settings.environment
    rules.secret = { secrets.find($0) }
    rules.knowledge = LazyKnowledge(path: settings.store ?? settings.logs + "/knowledge.db").capability
    let world = LiveWorld(
      rules: rules, processes: processes, patterns: .live(),
      network: .live(
        findProxy: { [proxy = settings.proxy] in proxy }, home: settings.environment["HOME"]
      ) { [judge = settings.judge] in judge },
      makeMarker: { identifiers.makeUUID() })
    services.world = { world.attempt($0, spent: $1) }
    services.masker = secrets.masker
    services.commandTools = settings.models.tools
    services.review = .policy { [judge = settings.judge] in judge }
    services.endJob = { await processes.endJob($0) }
    executor = MissionExecutor(
      ClaimedJob(
        id: id, document: [], format: .json, context: settings.context, workspace: settings.workspace,
        startedAt: now),
      mission: mission, services: services)
  }

  /// Carries the job out and returns it with the results of all steps in document order.
  package func execute() async -> (job: Job, results: [StepResult]) {
    _ = await executor.execute()
    return (await journal.job(), await journal.stepResults())
  }

  /// Ends the job: what runs is stopped, what waits is skipped.
  package func cancel() async { await executor.cancel() }

  /// Kills every process that steps started, with all that came of it. The caller is about to exit.
  package func kill() async { await table.killAll() }

  private static func variables(
    _ settings: Settings, _ secrets: SecretsLive, _ identifiers: LiveIdentifiers
  ) -> OuterVariables {
    let environment = settings.environment
    return OuterVariables(
      environment: { name in
        if let value = environment[name] { return .value(.string(value)) }
        let closest = EditDistance.closest(to: name, among: environment.keys)
        return .missing("the environment has no \(name)" + (closest.map { "; did you mean \($0)?" } ?? ""))
      },
      secret: { secrets.find($0) },
      makeUUID: { identifiers.makeUUID() })
  }
}
