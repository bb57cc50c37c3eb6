import Formats
package import MissionModel

/// What an executor works with: the ports, the clock and the world, handed in by the composition.
package struct ExecutorServices: Sendable {
  package var journal: any JobJournal
  package var catalog: StepCatalog
  package var clock: EngineClock
  /// Makes what one attempt may reach. Its models tell `spent` what each of their answers used, and wait
  /// until that is recorded.
  package var world: @Sendable (AttemptIdentity, _ spent: @escaping TokenSpending) -> AttemptWorld
  package var variables: OuterVariables
  /// Ends what the steps of a job left running for its length; returns warnings. Called once, when the last
  /// step of a job is over that has such steps.
  package var endJob: @Sendable (JobID) async -> [String]
  /// Told of events once they are recorded, in order.
  package var publish: @Sendable (JobID, [JobEvent]) -> Void
  /// Told when the journal fails and when it works again (nil), so that somebody hears of it.
  package var storeTrouble: @Sendable (JobID, StoreError?) -> Void
  /// A random number from 0 to 1.
  package var die: @Sendable () -> Double
  package var limits: Limits
  /// Tools that the configuration makes of commands.
  package var commandTools: [CommandTool] = []
  /// Is asked of each attempt, once its parameters are filled.
  package var review = MissionReview.none
  /// Takes secrets out of all that steps leave: outputs, errors, warnings, checkpoints.
  package var masker: Masker {
    get { findMasker() }
    set { findMasker = { newValue } }
  }
  /// Gives the masker of the moment, where secrets may be read anew.
  package var findMasker: @Sendable () -> Masker = { .none }
  /// Where steps account for what they do; nil where nobody keeps a trail.
  package var audit: AuditTrail?
  /// The least time between two commits of one job, as long as nothing waits for the second.
  package var commitInterval: Duration = .zero
  /// Steps of one job that run at once where the mission does not say: the number of cores.
  package var defaultConcurrency: Int

  /// Makes the services of their parts.
  package init(
    journal: any JobJournal, catalog: StepCatalog, clock: EngineClock,
    world: @escaping @Sendable (AttemptIdentity, @escaping TokenSpending) -> AttemptWorld,
    variables: OuterVariables,
    endJob: @escaping @Sendable (JobID) async -> [String] = { _ in [] },
    publish: @escaping @Sendable (JobID, [JobEvent]) -> Void = { _, _ in },
    storeTrouble: @escaping @Sendable (JobID, StoreError?) -> Void = { _, _ in },
    die: @escaping @Sendable () -> Double, limits: Limits = Limits(), defaultConcurrency: Int
  ) {
    self.journal = journal
    self.catalog = catalog
    self.clock = clock
    self.world = world
    self.variables = variables
    self.endJob = endJob
    self.publish = publish
    self.storeTrouble = storeTrouble
    self.die = die
    self.limits = limits
    self.defaultConcurrency = defaultConcurrency
  }
}

/// Hears of what one answer of a model used, and returns once it is recorded.
package typealias TokenSpending = @Sendable (TokenUsage) async -> Void

/// Which attempt of which step wants to reach the world.
package struct AttemptIdentity: Sendable {
  package let jobID: JobID
  package let stepID: String
  package let stepIndex: Int
  /// From 1.
  package let number: Int
  /// Absolute path of the job's workspace.
  package let workspace: String
  /// What the step type declared.
  package var effects: Effects
  /// How far the mission wants its processes confined; nil leaves it to the daemon.
  package let sandbox: MissionConfig.Sandbox?
  package let processLimits: MissionConfig.ProcessLimits
  /// Takes out of what the attempt writes all that the job must not show.
  package var masker: Masker
}

/// What one attempt may reach, and what it leaves behind.
package struct AttemptWorld: Sendable {
  package var capabilities: Capabilities
  /// What a step inside of the attempt's may reach, by its own effects and without what it must not show; nil
  /// for the same as the attempt.
  package var branch: (@Sendable (Effects, Masker) -> Capabilities)?
  /// Masks what is logged from now on by another masker.
  package var adopt: @Sendable (Masker) -> Void = { _ in }
  package var log: StepLog
  /// Adds a warning to the step's result.
  package var warn: @Sendable (String) -> Void
  /// Closes the log and tells what was noticed. Called once, when the attempt's work is over.
  package var finish: @Sendable () async -> AttemptReport

  /// Makes a world of its parts.
  package init(
    capabilities: Capabilities, log: StepLog, warn: @escaping @Sendable (String) -> Void,
    finish: @escaping @Sendable () async -> AttemptReport
  ) {
    self.capabilities = capabilities
    self.log = log
    self.warn = warn
    self.finish = finish
  }
}

/// What an attempt's world noticed.
package struct AttemptReport: Sendable, Equatable {
  package var warnings: [String]
  /// Nil where no process ran.
  package var usage: ResourceUsage?

  /// Makes a report.
  package init(warnings: [String] = [], usage: ResourceUsage? = nil) {
    self.warnings = warnings
    self.usage = usage
  }
}

/// The variables that come from outside of the mission.
package struct OuterVariables: Sendable {
  /// `{{env.NAME}}`: a value, or why there is none.
  package var environment: @Sendable (_ name: String) -> VariableScope.Lookup
  /// `{{secret.NAME}}`.
  package var secret: @Sendable (_ name: String) -> VariableScope.Lookup
  /// A fresh UUID for `{{uuid}}`.
  package var makeUUID: @Sendable () -> String

  /// Makes the variables of their sources.
  package init(
    environment: @escaping @Sendable (String) -> VariableScope.Lookup,
    secret: @escaping @Sendable (String) -> VariableScope.Lookup, makeUUID: @escaping @Sendable () -> String
  ) {
    self.environment = environment
    self.secret = secret
    self.makeUUID = makeUUID
  }
}
