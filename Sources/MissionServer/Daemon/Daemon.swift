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
    /// How often a quiet stream of events sends a comment, so that neither proxies nor clients give it up.
    package var keepAlive = Duration.seconds(15)

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
  let loop: EventLoop
  private let notify: ServiceNotify
  private let group: ServiceGroup
  let configuration: LiveConfiguration
  let health = Health()
  let feed = JobFeed()
  let idleMemory: IdleMemory
  let state: StateLayout
  let secrets = LiveSecrets()
  let tokens: LiveTokens
  let refusals = AccessRefusals()
  let policy: LivePolicy
  /// What this host can do to confine them; found out at the start.
  let host = Lock<ConfinementHost?>(nil)
  let identifiers = LiveIdentifiers()
  let clock: EngineClock
  let counters = Lock<ServerMetrics?>(nil)
  /// What models were asked, over all jobs.
  let models = ModelLedger()
  let dispatcher = Lock<Dispatcher?>(nil)
  /// Connection strings by their names, with the passwords in them.
  let databases = Lock<[String: String]>([:])
  /// What requests of HTTP go through, with the password in it.
  let proxy = Lock(WebProxy())

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
    idleMemory.startEnded()
    let ready = began.duration(to: BootTime.now)
    log.info(
      "ready",
      ["listens": addresses.map(\.description).joined(separator: " "), "after": ready.described])
    feedWatchdog()
    await group.run(beside: "integrity check") { await self.checkIntegrity(of: database) }
    await group.run(beside: "audit check") { await self.checkAudit(auditWatch) }
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

  private func tell(_ message: String) {
    do throws(Errno) { try notify.send(message) } catch {
      log.warning("the supervisor cannot be told", ["cause": error.description])
    }
  }
}
