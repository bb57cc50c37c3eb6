package import Formats

/// What one attempt of a step is handed: who it is, what it may reach, and how long it has.
package struct StepContext: Sendable {
  package let jobID: JobID
  package let stepID: String
  /// The type of the step that is tried.
  package let declaration: StepDeclaration
  /// From 1.
  package let attempt: Int
  /// Absolute path of the directory where relative paths start.
  package let workspace: String
  package let capabilities: Capabilities
  package let log: StepLog
  package let limits: Limits
  /// When the attempt is told to end; nil where nothing bounds it.
  package let deadline: ContinuousClock.Instant?
  /// The wall clock.
  package let now: @Sendable () -> Timestamp
  /// Waits; throws `.cancelled` when the attempt is told to end.
  package let sleep: @Sendable (_ duration: Duration) async throws(StepFailure) -> Void
  /// Adds a warning to the step's result.
  package let warn: @Sendable (_ message: String) -> Void
  package let checkpoint: Checkpoint
  /// Where the step accounts for what it is about to do, such as a tool that a model calls.
  package let audit: StepAudit

  /// The files that the type's effects let it reach.
  package var files: Files { capabilities.files }
  /// The programs that the type's effects let it start.
  package var processes: Processes { capabilities.processes }
  /// The servers that the type's effects let it speak to.
  package var network: Network { capabilities.network }
  /// The databases that the type's effects let it speak to.
  package var databases: Databases { capabilities.databases }
  /// The models that the type's effects let it ask.
  package var models: Models { capabilities.models }
  /// The document store, if the type's effects let it use that.
  package var knowledge: Knowledge { capabilities.knowledge }
  /// The step types that the type's effects let it run inside of itself.
  package var steps: SubSteps { capabilities.steps }
  /// Regular expressions, which need the host's library.
  package var patterns: Patterns { capabilities.patterns }
  /// XML, off the executors.
  package var xml: XML { capabilities.xml }
  /// Archives of the files that the type's effects let it reach.
  package var archives: Archives { capabilities.archives }
  /// What the kernel tells of the host.
  package var host: HostFigures { capabilities.host }
  /// Threads for what keeps a processor busy.
  package var heavyWork: HeavyWork { capabilities.heavyWork }

  /// Makes a context.
  package init(
    jobID: JobID, stepID: String, declaration: StepDeclaration, attempt: Int, workspace: String,
    capabilities: Capabilities,
    log: StepLog = .none,
    limits: Limits = Limits(), deadline: ContinuousClock.Instant? = nil,
    now: @escaping @Sendable () -> Timestamp,
    sleep: @escaping @Sendable (Duration) async throws(StepFailure) -> Void,
    warn: @escaping @Sendable (String) -> Void = { _ in }, checkpoint: Checkpoint = .none,
    audit: StepAudit = .none
  ) {
    self.jobID = jobID
    self.stepID = stepID
    self.declaration = declaration
    self.attempt = attempt
    self.workspace = workspace
    self.capabilities = capabilities
    self.log = log
    self.limits = limits
    self.deadline = deadline
    self.now = now
    self.sleep = sleep
    self.warn = warn
    self.checkpoint = checkpoint
    self.audit = audit
  }

  /// The same context with other capabilities.
  package func reaching(_ capabilities: Capabilities) -> StepContext {
    StepContext(
      jobID: jobID, stepID: stepID, declaration: declaration, attempt: attempt, workspace: workspace,
      capabilities: capabilities, log: log, limits: limits, deadline: deadline, now: now, sleep: sleep,
      warn: warn, checkpoint: checkpoint, audit: audit)
  }
}

/// What a step keeps for its next attempt, should this one be interrupted.
package struct Checkpoint: Sendable {
  /// What the last attempt stored; nil for the first.
  package let stored: JSON?
  /// Replaces what is stored; durable when it returns.
  package let store: @Sendable (_ value: JSON) async throws(StepFailure) -> Void

  /// Makes a checkpoint.
  package init(stored: JSON?, store: @escaping @Sendable (JSON) async throws(StepFailure) -> Void) {
    self.stored = stored
    self.store = store
  }

  /// Nothing stored, and nothing kept.
  package static let none = Checkpoint(stored: nil, store: { _ in })
}
