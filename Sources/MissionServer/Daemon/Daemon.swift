import Formats
import Glibc
import HTTP
import MissionEngine
import MissionKit
package import MissionModel
import MissionStore
package import Posix
import SQLite
import Sandbox
package import Telemetry

/// The daemon: everything put together, from the state directory to the sockets.
package final class Daemon: Sendable {
  /// What it is started with.
  package struct Launch: Sendable {
    package var configuration: Configuration
    /// Reads the configuration anew, for SIGHUP; nil where there is no file.
    package var reread: (@Sendable () throws(ConfigurationError) -> Configuration)?
    package var environment: [String: String]
    package var catalog: StepCatalog
    package var log: Logger
    /// Whether the loop is one of `EventLoop.forFirstThread`.
    package var isOnFirstThread = false

    /// Describes a start.
    package init(
      _ configuration: Configuration, environment: [String: String],
      catalog: StepCatalog = BuiltinCatalog.catalog,
      log: Logger? = nil
    ) {
      self.configuration = configuration
      self.environment = environment
      self.catalog = catalog
      self.log = log ?? .daemon(configuration, environment: environment)
    }
  }

  let launch: Launch
  private let loop: EventLoop
  private let notify: ServiceNotify
  private let group: ServiceGroup
  let configuration: LiveConfiguration
  let health = Health()
  let feed = JobFeed()
  private let idleMemory: IdleMemory
  let state: StateLayout
  let secrets = LiveSecrets()
  let tokens: LiveTokens
  let refusals = AccessRefusals()
  let policy: LivePolicy
  /// What this host can do to confine them; found out at the start.
  private let host = Lock<ConfinementHost?>(nil)
  private let identifiers = LiveIdentifiers()
  private let clock: EngineClock

  /// Prepares a daemon on an event loop; nothing is touched before `start`.
  package init(_ launch: Launch, on loop: EventLoop) {
    self.launch = launch
    self.loop = loop
    clock = .live(on: loop)
    idleMemory = IdleMemory(loop: loop)
    notify = ServiceNotify(environment: launch.environment)
    configuration = LiveConfiguration(launch.configuration)
    tokens = LiveTokens(launch.configuration, environment: launch.environment)
    policy = LivePolicy(
      launch.configuration.policyJudge,
      launch.configuration.confinementPlaces(environment: launch.environment))
    state = StateLayout(
      root: launch.configuration.stateDirectory, writePaths: launch.configuration.writePaths)
    group = ServiceGroup { [log = launch.log] event, name in log.debug(event, ["part": name]) }
  }

  var log: Logger { launch.log }

  /// Starts every part; when it returns, the daemon serves. Returns the addresses that it listens on.
  ///
  /// - Throws: why a part did not start; the others have been stopped then.
  package func start() async throws(StartError) -> [SocketAddress] {
    let began = BootTime.now
    try readSecrets()
    try readTokens()
    _ = try await group.start("state directory") { () throws(StartError) in try openState() }
    let database = try await group.start(
      "database", { () async throws(StartError) in try await openDatabase() }
    ) {
      await $0.close()
    }
    let store = try await group.start("job table") { () async throws(StartError) in
      try await openTable(database)
    }
    let processes = try await group.start("processes") { () async throws(StartError) in
      try await makeProcesses()
    }
    let dispatcher = makeDispatcher(store, processes.live, processes.markers)
    self.dispatcher.withLock { $0 = dispatcher }
    let auditWatch = AuditWatch(store)
    let api = makeAPI(store, auditWatch, dispatcher)
    let server = HTTPServer(serverConfiguration(api), on: loop)
    let counters = ServerMetrics(
      server: server, store: store, dispatcher: dispatcher, models: models)
    self.counters.withLock { $0 = counters }
    let addresses = try await group.start(
      "listeners",
      { () async throws(StartError) in
        try await Listeners(
          configuration: launch.configuration, environment: launch.environment, notify: notify, log: log,
          hasTokens: tokens.areRequired
        ).open(on: server)
      }
    ) { [feed] _ in
      feed.close()
      await server.stop(patience: .seconds(5))
    }
    await group.run("refusals", { await self.recordRefusals(in: store.auditTrail) }) {
      [refusals] in refusals.close()
    }
    await group.run("dispatcher", { await dispatcher.run() }) { [configuration] in
      await dispatcher.drain(limit: .seconds(configuration.current.drainSeconds))
    }
    await keepHealthy(store, api, dispatcher)
    dispatcher.kick()
    idleMemory.workEnded()
    let ready = began.duration(to: BootTime.now)
    log.info(
      "ready",
      ["listens": addresses.map(\.description).joined(separator: " "), "after": ready.described])
    feedWatchdog()
    await group.run("integrity check", { await self.checkIntegrity(of: database) }, stop: {})
    await group.run("audit check", { await self.checkAudit(auditWatch) }, stop: {})
    tell("READY=1\nSTATUS=ready, listening on \(addresses.map(\.description).joined(separator: ", "))")
    return addresses
  }

  /// Looks whether work may start, and starts what goes on looking and tidying.
  private func keepHealthy(_ store: JobStore, _ api: API, _ dispatcher: Dispatcher) async {
    let watch = HealthWatch(
      store: store, root: state.root, configuration: configuration, health: health, dispatcher: dispatcher,
      tokens: tokens, log: log)
    await watch.look()
    health.set(.starting, nil)
    await group.run("health watch", { await watch.run() }) { watch.stop() }
    let maintenance = Maintenance(
      store: store, state: state, configuration: configuration, answers: api.answers, idleMemory: idleMemory,
      clock: clock, log: log)
    await group.run("maintenance", { await maintenance.run() }, stop: {})
  }

  /// Takes no new work, lets what runs finish within `drain_seconds`, and stops every part.
  package func stop() async {
    health.set(.draining, "missiond is draining: it starts nothing new")
    log.notice("draining")
    tell("STOPPING=1\nSTATUS=draining")
    await group.stopAll()
    log.info("stopped")
  }

  /// Interrupts what runs instead of waiting for it; it goes on after the next start.
  package func interrupt() async {
    log.notice("interrupting what runs")
    await dispatcher.withLock { $0 }?.interruptAll()
  }

  /// Reads the configuration, the secrets and the tokens anew, and takes over what can be taken over.
  package func reload() {
    tell("RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds)")
    defer { tell("READY=1") }
    defer { reloadAccess() }
    guard let reread = launch.reread else { return log.notice("there is no configuration file to read anew") }
    do throws(ConfigurationError) {
      let (taken, later) = configuration.reload(try reread())
      let current = configuration.current
      policy.replace(
        with: current.policyJudge, current.confinementPlaces(environment: launch.environment))
      log.notice("configuration read anew", ["changed": taken.joined(separator: " ")])
      if !later.isEmpty {
        log.warning("some settings change at the next start only", ["keys": later.joined(separator: " ")])
      }
    } catch {
      log.error("configuration not taken over", ["problems": error.description])
    }
  }

  // MARK: Parts

  private let counters = Lock<ServerMetrics?>(nil)
  /// What models were asked, over all jobs.
  private let models = ModelLedger()
  private let dispatcher = Lock<Dispatcher?>(nil)
  /// Connection strings by their names, with the passwords in them.
  let databases = Lock<[String: String]>([:])
  /// What requests of HTTP go through, with the password in it.
  let proxy = Lock(WebProxy())

  private func openState() throws(StartError) -> StateLock {
    do throws(Errno) { try state.prepare() } catch {
      throw StartError("\(error); choose another directory with --state-dir")
    }
    return try StateLock(state.lock, directory: state.root)
  }

  private func openDatabase() async throws(StartError) -> Database {
    do throws(SQLiteError) { return try await Database.open(.init(path: state.database)) } catch {
      throw StartError("\(error)")
    }
  }

  /// Brings the table up to date and takes up what the daemon before left: before anybody can ask.
  private func openTable(_ database: Database) async throws(StartError) -> JobStore {
    do throws(StoreError) {
      let store = try await JobStore(
        database, maxQueued: launch.configuration.limits.maxQueued, masker: { [secrets] in secrets.masker })
      let recovery = try await store.recover(now: clock.now())
      if recovery.interruptedJobs > 0 {
        log.notice(
          "jobs go on that the last stop interrupted",
          ["jobs": String(recovery.interruptedJobs), "attempts": String(recovery.interruptedAttempts)])
      }
      return store
    } catch { throw StartError(error.message) }
  }

  private func makeDispatcher(
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
      journal: store, catalog: launch.catalog, clock: clock, world: { world.attempt($0) },
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
  private func makeProcesses() async throws(StartError) -> (live: ProcessesLive, markers: AttemptMarkers) {
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

  private func makeAPI(_ store: JobStore, _ auditWatch: AuditWatch, _ dispatcher: Dispatcher) -> API {
    guard let host = host.withLock({ $0 }) else { preconditionFailure("processes come before the API") }
    let review = launch.configuration.review(
      host: host, findJudge: { [policy] in policy.judge },
      databases: { [databases] in databases.withLock { $0.keys.sorted() } })
    return API(
      store: store, auditWatch: auditWatch, dispatcher: dispatcher, feed: feed,
      intake: MissionIntake(catalog: launch.catalog, limits: launch.configuration.limits, review: review),
      loop: loop,
      safety: (policy, launch.configuration.confinement), state: state, health: health,
      host: HostInventory(path: launch.environment["PATH"] ?? ""),
      makeJobID: { [identifiers] in identifiers.makeJobID() }, now: clock.now,
      measure: { [counters] in await counters.withLock { $0 }?.sections() ?? [] })
  }

  private func serverConfiguration(_ api: API) -> HTTPServer.Configuration {
    let settings = launch.configuration
    var server = HTTPServer.Configuration(api.router)
    let confined = ConfinedPeers(areAllConfined: settings.confinement.sandbox != .off)
    let report: @Sendable (AccessRefusal) -> Void = { [refusals, clock] in refusals.add($0, at: clock.now()) }
    server.middleware = [
      BrowserRule(hosts: { [configuration] in configuration.current.hosts }, report: report),
      LocalUsersRule(
        own: geteuid(), others: { [configuration] in configuration.current.uids },
        isConfined: { confined.hold($0) }, report: report),
      TokenRule(
        tokens,
        reportFailures: { [refusals, clock] in refusals.add($1, from: $0, at: clock.now()) },
        report: report),
    ]
    server.limits.bodyBytes = settings.limits.maxMissionBytes
    server.limits.connections = settings.limits.maxConnections
    server.limits.headerBytes = settings.headerBytes
    server.limits.targetBytes = settings.targetBytes
    server.limits.headDuration = .seconds(settings.headerSeconds)
    server.limits.bodyDuration = .seconds(settings.bodySeconds)
    server.limits.idleDuration = .seconds(settings.idleSeconds)
    server.spoolDirectory = state.spool
    if log.level == .debug { server.observe = { [log] in Self.note($0, log) } }
    return server
  }

  private static func note(_ exchange: Exchange, _ log: Logger) {
    log.debug(
      "request",
      [
        "method": exchange.method.name, "path": exchange.path, "status": String(exchange.status.code),
        "bytes": String(exchange.bytes), "took": exchange.duration.described,
      ])
  }

  /// What systemd orders reloads by; its clock does not count sleep.
  private static var monotonicMicroseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// Tells the supervisor that the loop turns, twice as often as it asks for.
  private func feedWatchdog() {
    guard let interval = notify.watchdogInterval else { return }
    loop.execute { [self] in
      loop.scheduleRepeating(every: interval / 2) { [self] in
        tell("WATCHDOG=1")
        return true
      }
    }
  }

  /// Reads the whole database once, on a reader, and says what is damaged.
  private func checkIntegrity(of database: Database) async {
    let found: String?
    do throws(SQLiteError) {
      found = try await database.read { tx throws(SQLiteError) in
        try tx.first("PRAGMA quick_check(1)") { row throws(SQLiteError) in row.text(0) }
      }
    } catch { found = error.message }
    guard let found, found != "ok" else { return log.info("the database is sound") }
    log.error("the database is damaged", ["path": state.database, "found": found])
    health.set(.damage, "the database is damaged: \(found); restore \(state.database) from a copy")
  }

  private func tell(_ message: String) {
    do throws(Errno) { try notify.send(message) } catch {
      log.warning("the supervisor cannot be told", ["cause": error.description])
    }
  }
}
