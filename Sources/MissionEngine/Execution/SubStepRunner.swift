import Formats
import MissionModel

/// Runs steps inside of an attempt, with the attempt's log, workspace and variables.
struct SubStepRunner: Sendable {
  let services: ExecutorServices
  let config: MissionConfig
  let world: AttemptWorld
  /// What the placeholders of the step around can name.
  let scope: VariableScope
  /// The context of the step around, of which sub-steps take who and where they are.
  let context: StepContext
  /// Has the job mask the passwords of a sub-step's filled parameters from now on; gives what takes out all
  /// that the job must not show.
  let learn: @Sendable (_ parameters: JSONObject) async -> Masker
  /// How deep the step around lies in others; 0 for a step of the document.
  let depth: Int
  /// Told when a sub-step may leave processes running that end with the job.
  let noteKeptProcesses: @Sendable () async -> Void

  /// Steps that may lie in each other: an agent that calls a chain that runs a tool.
  private static let mostDepth = 4
  /// Bytes of the parameters that the audit trail shows.
  private static let shownBytes = 1024

  /// The capability for the step around.
  var capability: SubSteps {
    SubSteps(
      find: { services.catalog.look(up: $0) }, names: services.catalog.declarations.map(\.name),
      commandTools: services.commandTools,
      mostAtOnce: config.maxConcurrentSteps ?? services.defaultConcurrency,
      fill: { value, variables throws(StepFailure) in
        var filler = TemplateFiller(scope.shadowed(by: variables), isStrict: config.strictVariables)
        let filled = try filler.fill(value)
        for warning in filler.warnings { world.warn(warning) }
        return filled
      }, run: { await run($0) })
  }

  private func run(_ step: SubStep) async -> SubStepResult {
    let began = ContinuousClock.now
    func duration() -> Int64 {
      (ContinuousClock.now - began) / .milliseconds(1) < 0
        ? 0 : Int64((ContinuousClock.now - began) / .milliseconds(1))
    }
    note("→ \(step.name) (\(step.type))")
    do throws(StepFailure) {
      let (output, declaration) = try await carryOut(step)
      note("← \(step.name): success")
      let masked = await learn([:]).mask(output)
      return SubStepResult(
        output: masked, mainOutput: declaration.mainOutput(of: masked), durationMilliseconds: duration())
    } catch {
      let masker = await learn([:])
      var failure = error
      failure.message = masker.mask(message: error.message)
      failure.output = error.output.map { masker.mask($0) }
      if failure.kind == .denied { await accountForDenial(of: step, failure) }
      note("← \(step.name): \(failure.message)")
      return SubStepResult(failure: failure, durationMilliseconds: duration())
    }
  }

  private func carryOut(_ step: SubStep) async throws(StepFailure) -> (JSON, StepDeclaration) {
    guard depth < Self.mostDepth else {
      throw StepFailure(
        .badParameters, "\(step.name): steps lie more than \(Self.mostDepth) deep in each other")
    }
    let preparation = StepPreparation(services: services, config: config)
    let declaration = try declaration(of: step)
    let prepared: StepPreparation.Prepared
    let visible: VariableScope
    switch step.filling {
    case .none:
      // Steps that it runs in its turn see no variables either: the parameters are somebody else's data.
      visible = VariableScope { _ in .foreign }
      prepared = try preparation.prepare(data: step.parameters, for: declaration)
    case .with(let variables):
      visible = scope.shadowed(by: variables)
      prepared = try preparation.prepare(step.parameters, for: declaration, from: visible)
    }
    // What a model made up is known before anything can show it.
    let masker = await learn(prepared.filled)
    for warning in prepared.warnings { world.warn("\(step.name): \(warning)") }
    try await context.audit.record(
      .toolCalled, account(of: step, declaration, masker.mask(.object(prepared.filled))))
    if declaration.effects.contains(.keepsProcesses) { await noteKeptProcesses() }
    let limit = [step.timeoutSeconds, prepared.filled["timeout_seconds"]?.doubleValue].compactMap { $0 }.min()
    let output = try await TimeLimit.run(seconds: limit, services.clock) {
      () async throws(StepFailure) -> JSON in
      try await prepared.step.run(in: inner(declaration, limit, visible, masker))
    }
    guard !output.exceeds(services.limits.maxOutputBytes) else {
      throw StepFailure("the output is over limits.max_output_bytes (\(services.limits.maxOutputBytes))")
    }
    return (output, declaration)
  }

  /// What the audit trail has of a call: its parameters only where they may be kept, since those that a model
  /// made are its answer, and those of a step that asks a model are prompts.
  private func account(
    of step: SubStep, _ declaration: StepDeclaration, _ parameters: JSON
  ) -> JSONObject {
    var details: JSONObject = [
      "sub_step": .string(step.name), "type": .string(declaration.name),
      "effects": .array(declaration.effects.names.map(JSON.string)),
    ]
    let keeping = world.capabilities.models.keeping
    let isAnswer = if case .none = step.filling { true } else { false }
    let isPrompt = declaration.effects.contains(.callsModels)
    if (keeping.answers || !isAnswer) && (keeping.prompts || !isPrompt) {
      details["parameters"] = .string(Self.cut(parameters.compact))
    }
    return details
  }

  private func declaration(of step: SubStep) throws(StepFailure) -> StepDeclaration {
    switch services.catalog.look(up: step.type) {
    case .found(let declaration): return declaration
    case .notInThisVersion(let name):
      throw StepFailure(.badParameters, "step type \"\(name)\" is not in this version")
    case .unknown(let closest):
      throw StepFailure(
        .badParameters,
        "there is no step type \"\(step.type)\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
  }

  /// What the sub-step is handed: no checkpoint of its own, since it runs again with the step around.
  private func inner(
    _ declaration: StepDeclaration, _ seconds: Double?, _ visible: VariableScope, _ masker: Masker
  ) -> StepContext {
    let own = seconds.map { ContinuousClock.now + .milliseconds(Int64($0 * 1000)) }
    let deadline = [own, context.deadline].compactMap { $0 }.min()
    var capabilities = world.branch?(declaration.effects, masker) ?? world.capabilities
    let warn = world.warn
    let plain = StepContext(
      jobID: context.jobID, stepID: context.stepID, declaration: declaration, attempt: context.attempt,
      workspace: context.workspace, capabilities: .denied, log: world.log, limits: context.limits,
      deadline: deadline, now: context.now, sleep: context.sleep, warn: warn, audit: context.audit)
    capabilities.steps =
      SubStepRunner(
        services: services, config: config, world: world, scope: visible, context: plain, learn: learn,
        depth: depth + 1,
        noteKeptProcesses: noteKeptProcesses
      ).capability
    return plain.reaching(capabilities.limited(to: declaration.effects))
  }

  private func accountForDenial(of step: SubStep, _ failure: StepFailure) async {
    // The denial stands, whether or not it can be written down.
    try? await context.audit.record(
      .denied,
      [
        "sub_step": .string(step.name), "type": .string(step.type),
        "reason": .string(Self.cut(failure.message)),
      ])
  }

  private func note(_ text: String) {
    world.log.write(.stderr, Array("\(text)\n".utf8))
  }

  private static func cut(_ text: String) -> String {
    text.utf8.count <= shownBytes ? text : String(text.prefix(shownBytes / 4)) + "…"
  }
}

extension VariableScope {
  /// The same scope with the variables of sub-steps over it.
  func shadowed(by variables: JSONObject) -> VariableScope {
    VariableScope { path in
      guard let value = variables[path[0]] else { return find(path) }
      // Alone it stands for the main output, as elsewhere.
      if path == ["previous"] { return .value(value["main_output"] ?? value) }
      // `steps` of the chain, and behind them those of the job.
      if path[0] == "steps", path.count < 2 || value[path[1]] == nil { return find(path) }
      return VariableScope.descend(value, path.dropFirst(), from: path[0])
    }
  }
}

/// Ends work that takes too long.
enum TimeLimit {
  /// Runs `work`; once `seconds` have passed it is cancelled, waited for, and failed.
  static func run<Value: Sendable>(
    seconds: Double?, _ clock: EngineClock, _ work: @escaping @Sendable () async throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    guard let seconds else { return try await work() }
    let result = await withTaskGroup(of: Result<Value, StepFailure>?.self) { group in
      group.addTask {
        do throws(StepFailure) { return .success(try await work()) } catch { return .failure(error) }
      }
      group.addTask {
        do { try await clock.sleep(.milliseconds(Int64(seconds * 1000))) } catch { return nil }
        return .failure(
          StepFailure(
            "timed out after \(seconds == seconds.rounded() ? String(Int64(seconds)) : String(seconds)) s"))
      }
      // Whoever is first counts; the other one is told to end, and waited for.
      var first: Result<Value, StepFailure>?
      while let next = await group.next() {
        group.cancelAll()
        if first == nil { first = next }
      }
      return first
    }
    guard let result else { throw .cancelled }
    return try result.get()
  }
}
