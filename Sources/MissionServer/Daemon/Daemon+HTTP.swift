import Formats
import Glibc
import HTTP
import MissionEngine
import MissionKit
import MissionModel
import MissionStore
import Posix
import Sandbox
import Telemetry

/// What listens: the REST API, and who is let in to it.
extension Daemon {
  func makeAPI(_ store: JobStore, _ auditWatch: AuditWatch, _ dispatcher: Dispatcher) -> API {
    guard let host = host.withLock({ $0 }) else { preconditionFailure("processes come before the API") }
    let inventory = HostInventory(path: launch.environment["PATH"] ?? "")
    let review = launch.configuration.review(
      host: host, findJudge: { [policy] in policy.judge },
      databases: { [databases] in databases.withLock { $0.keys.sorted() } },
      models: ModelDirectory(settings: launch.configuration.ai, environment: launch.environment) {
        [secrets] in secrets.find($0)
      },
      inventory: inventory)
    return API(
      store: store, auditWatch: auditWatch, dispatcher: dispatcher, feed: feed,
      intake: MissionIntake(catalog: launch.catalog, limits: launch.configuration.limits, review: review),
      loop: loop,
      safety: (policy, launch.configuration.confinement), state: state, health: health,
      host: inventory, keepAlive: launch.keepAlive,
      makeJobID: { [identifiers] in identifiers.makeJobID() }, now: clock.now,
      measure: { [counters] in await counters.withLock { $0 }?.sections() ?? [] })
  }

  func serverConfiguration(_ api: API) -> HTTPServer.Configuration {
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
}
