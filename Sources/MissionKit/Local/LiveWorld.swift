import Formats
package import MissionEngine
package import MissionModel
import Posix
package import Sandbox

/// The world as steps really reach it: makes what each attempt may touch (contract §3, §8).
///
/// One for the process. Workspaces are opened once and shared by the attempts of a job.
package final class LiveWorld: Sendable {
  /// What the configuration says of the world.
  package struct Rules: Sendable {
    /// Folder of the logs; one folder a job below it.
    package var logs: String
    /// `paths.read` and `paths.write`.
    package var readable: [String] = []
    package var writable: [String] = []
    /// Gives the places that stay closed in spite of those two, where they may be read anew.
    package var findForbidden: @Sendable () -> [String] = { [] }
    package var limits = Limits()
    /// Who runs models.
    package var models = ModelSettings()
    /// Where keys and addresses of models are looked for, besides `models`.
    package var environment: [String: String] = [:]
    /// The values of configured secrets.
    package var secret: @Sendable (String) -> VariableScope.Lookup = { _ in .foreign }
    /// Where documents are kept and searched.
    package var knowledge = Knowledge.denied

    /// Connection strings by the names that missions call them.
    package var databases: [String: String] {
      get { findDatabases() }
      set { findDatabases = { newValue } }
    }
    /// Gives the connection strings of the moment, where they may be read anew.
    package var findDatabases: @Sendable () -> [String: String] = { [:] }

    /// The rules of a world that keeps its logs in `logs`.
    package init(logs: String) { self.logs = logs }
  }

  private let rules: Rules
  private let processes: ProcessesLive
  private let patterns: Patterns
  private let network: Network
  /// What models were asked so far.
  private let ledger: ModelLedger
  private let makeMarker: @Sendable () -> String
  /// Open workspaces by path, those of jobs that ended lately included, with what was forbidden to them.
  private let workspaces = Lock<[String: (live: WorkspaceLive, forbidden: [String])]>([:])
  /// Most workspaces that stay open.
  private static let capacity = 256

  /// Joins the live capabilities; `makeMarker` gives a fresh UUID each time.
  package init(
    rules: Rules, processes: ProcessesLive, patterns: Patterns, network: Network = .live(),
    ledger: ModelLedger = ModelLedger(), makeMarker: @escaping @Sendable () -> String
  ) {
    self.rules = rules
    self.processes = processes
    self.patterns = patterns
    self.network = network
    self.ledger = ledger
    self.makeMarker = makeMarker
  }

  /// What one attempt may reach.
  package func attempt(_ identity: AttemptIdentity, spent: @escaping TokenSpending) -> AttemptWorld {
    let notes = Lock<AttemptReport>(AttemptReport())
    let warn: @Sendable (String) -> Void = { warning in
      notes.withLock { if !$0.warnings.contains(warning) { $0.warnings.append(warning) } }
    }
    guard !identity.effects.isEmpty else {
      return AttemptWorld(
        capabilities: Capabilities(patterns: patterns, heavyWork: .live), log: .none, warn: warn,
        finish: { notes.withLock { $0 } })
    }
    let name = AttemptLogName(
      root: rules.logs, job: identity.jobID, stepID: identity.stepID, attempt: identity.number)
    let log = AttemptLog(name, maxBytes: rules.limits.maxLogBytes)
    // What processes write is masked before it gets there.
    let runsSteps = identity.effects.contains(.runsSteps)
    let masked = identity.masker.isEmpty && !runsSteps ? nil : MaskedLog(log.stepLog, identity.masker)
    var world = AttemptWorld(
      capabilities: capabilities(identity, log, name, notes, warn, spent),
      log: masked?.stepLog ?? log.stepLog,
      warn: warn,
      finish: {
        masked?.finish()
        var report = notes.withLock { $0 }
        if let failure = log.failure { report.warnings.append("the log is not complete: \(failure)") }
        return report
      })
    if runsSteps {
      world.adopt = { masked?.adopt($0) }
      world.branch = { [self] effects, masker in
        var inner = identity
        (inner.effects, inner.masker) = (effects, masker)
        return capabilities(inner, log, name, notes, warn, spent)
      }
    }
    return world
  }

  /// Forgets a job's workspace, so that it can be removed.
  package func forget(workspace: String) { workspaces.withLock { $0[workspace] = nil } }

  private func capabilities(
    _ identity: AttemptIdentity, _ log: AttemptLog, _ name: AttemptLogName, _ notes: Lock<AttemptReport>,
    _ warn: @escaping @Sendable (String) -> Void, _ spent: @escaping TokenSpending
  ) -> Capabilities {
    let workspace: WorkspaceLive
    do throws(StepFailure) {
      workspace = try open(identity.workspace)
    } catch {
      warn(error.message)
      return Capabilities(patterns: patterns, xml: .live(), heavyWork: .live)
    }
    var attempt = ProcessesLive.Attempt(
      job: identity.jobID, step: identity.stepID, marker: makeMarker(), workspace: workspace,
      log: log.stepLog, logPath: name.file, patterns: patterns)
    attempt.masker = identity.masker
    attempt.confinement = processes.surroundings.confinement.tightened(
      to: identity.sandbox, identity.processLimits)
    attempt.allowsNetwork = processes.surroundings.network.allows(
      identity.effects, in: attempt.confinement.sandbox)
    let live = processes.capability(for: attempt)
    return Capabilities(
      files: workspace.files, processes: Self.noting(live, in: notes, warn), patterns: patterns,
      network: network,
      databases: .live(
        named: rules.databases, rule: AddressRule(processes.surroundings.findJudge()),
        roots: workspace.roots), xml: .live(),
      archives: workspace.archives(), host: .live,
      models: models(spent), knowledge: rules.knowledge, heavyWork: .live)
  }

  private func models(_ spent: @escaping TokenSpending) -> Models {
    let clock = Self.now
    return .live(
      rules.models, environment: rules.environment, secret: rules.secret, network: network, now: clock
    ) { [ledger] target, used in
      ledger.add(target, used)
      await spent(used)
    }
  }

  private static let now: @Sendable () -> Timestamp = { Timestamp(milliseconds: WallClock.milliseconds) }

  private func open(_ path: String) throws(StepFailure) -> WorkspaceLive {
    let forbidden = rules.findForbidden()
    if let known = workspaces.withLock({ $0[path] }), known.forbidden == forbidden { return known.live }
    let opened = try WorkspaceLive(
      path, readable: rules.readable, writable: rules.writable, forbidden: forbidden,
      maxBytes: rules.limits.workspaceMaxBytes.map(Int64.init))
    workspaces.withLock { workspaces in
      if workspaces.count >= Self.capacity { workspaces.removeAll() }
      workspaces[path] = (opened, forbidden)
    }
    return opened
  }

  /// The same processes, with what each used and left behind put into the attempt's report.
  private static func noting(
    _ processes: Processes, in notes: Lock<AttemptReport>, _ warn: @escaping @Sendable (String) -> Void
  ) -> Processes {
    var noting = processes
    noting.run = { command throws(StepFailure) in
      do throws(StepFailure) {
        let output = try await processes.run(command)
        notes.withLock { $0.usage = Self.sum($0.usage, output.usage) }
        for warning in output.warnings { warn(warning) }
        return output
      } catch {
        if let usage = error.usage { notes.withLock { $0.usage = Self.sum($0.usage, usage) } }
        throw error
      }
    }
    return noting
  }

  private static func sum(_ left: ResourceUsage?, _ right: ResourceUsage) -> ResourceUsage {
    guard let left else { return right }
    return ResourceUsage(
      userMilliseconds: left.userMilliseconds + right.userMilliseconds,
      systemMilliseconds: left.systemMilliseconds + right.systemMilliseconds,
      maxRSSBytes: max(left.maxRSSBytes, right.maxRSSBytes))
  }
}
