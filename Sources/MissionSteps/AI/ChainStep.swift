package import Formats
package import MissionModel

/// Runs steps inside of one step: in order, at once, or over a list.
package struct ChainStep: StepType {
  package static let name = "chain"
  package static let summary =
    "Run sub-steps in order, at once, or for each element of a list and then on the results."
  package static let effects: Effects = .runsSteps
  package static let example = """
    step_type: chain
    parameters:
      input: "What is a chain?"
      steps:
        - step_name: ask
          step_type: llm
          parameters: { prompt: "{{input}}" }
        - step_name: keep
          step_type: create_file
          parameters: { path: answer.md, content: "{{previous}}" }
    """
  package static let outputs = [
    OutputField("result", "any", "Main output of the last sub-step; of parallel ones a map by name."),
    OutputField("steps", "map", "The output of each sub-step by name; of the mapped one a list."),
    OutputField("duration_ms", "integer", "How long all of it took."),
  ]
  package static let mainOutput: String? = "result"

  private let parts: [ChainPart]
  private let order: String
  private let input: JSON

  package init(_ p: inout ParameterReader) {
    let steps: [ChainPart]? = p.optional("steps", .chainParts, "The sub-steps.")
    let prompts: [String]? = p.optional(
      "prompts", .subStepTexts, "Prompts instead: each is a sub-step of the type llm.")
    p.exactlyOne(of: ["steps", "prompts"])
    order = p.optional(
      "type", .choice("sequential", "parallel", "map_reduce"), default: "sequential",
      "In order; all at once; or the first for each element of input, then the others on the results.")
    input = p.optional("input", .any, default: .null, "What {{input}} stands for; a list for map_reduce.")
    let choice = ModelParameters.choice(&p)
    let system: String? = p.optional("system_message", .string, "Instructions for the prompts.")
    let common: [(String, JSON)] = [
      ("provider", JSON(choice.provider)), ("model", JSON(choice.model)), ("system_message", JSON(system)),
    ]
    parts =
      steps
      ?? (prompts ?? []).enumerated().map { place, prompt in
        ChainPart(
          name: "prompt\(place + 1)", type: "llm",
          parameters: JSONObject([("prompt", .string(prompt))] + common.filter { !$0.1.isNull }))
      }
    if prompts == nil, p.purpose != .describing {
      for name in ["provider", "model", "system_message"] where p.isGiven(name) {
        p.problem(at: name, "is for prompts", hint: "give it to the sub-steps")
      }
    }
    if order == "map_reduce", p.purpose != .describing, !p.isOpen("input"), input.arrayValue == nil {
      p.problem(at: "input", "is a list where type is map_reduce, not \(input.kindName)")
    }
    guard p.purpose == .checking else { return }
    for problem in parts.flatMap({ $0.problems(in: .builtin) }) { p.problem(at: "steps", problem) }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let began = ContinuousClock.now
    var progress = ChainProgress(context.checkpoint.stored, of: parts)
    do throws(StepFailure) {
      switch order {
      case "parallel": try await runAtOnce(&progress, context)
      case "map_reduce": try await mapAndReduce(&progress, context)
      default: try await runInOrder(parts[...], &progress, context)
      }
    } catch {
      throw StepFailure(
        error.kind, error.message, output: output(progress, ContinuousClock.now - began))
    }
    return output(progress, ContinuousClock.now - began)
  }

  private func output(_ progress: ChainProgress, _ duration: Duration) -> JSON {
    let last = parts.last.flatMap { progress.done[$0.name] }
    let all = parts.compactMap { part in progress.done[part.name].map { (part.name, $0) } }
    let result: JSON =
      order == "parallel"
      ? .object(JSONObject(all.map { ($0.0, $0.1.mainOutput) })) : last?.mainOutput ?? .null
    return [
      "result": result, "steps": .object(JSONObject(all.map { ($0.0, $0.1.output) })),
      "duration_ms": .integer(max(0, Int64(duration / .milliseconds(1)))),
    ]
  }

  private func runInOrder(
    _ parts: ArraySlice<ChainPart>, _ progress: inout ChainProgress, _ context: StepContext
  ) async throws(StepFailure) {
    for part in parts where progress.done[part.name] == nil {
      let place = self.parts.firstIndex(of: part) ?? 0
      let before = place > 0 ? progress.done[self.parts[place - 1].name] : nil
      let previous = before ?? SubStepResult(output: input, mainOutput: input)
      let variables = progress.variables(input: input, previous: previous, of: self.parts)
      let result = await context.steps.run(part.subStep(variables))
      try progress.note(result, of: part)
      try await context.checkpoint.store(progress.json)
    }
  }

  private func runAtOnce(
    _ progress: inout ChainProgress, _ context: StepContext
  ) async throws(StepFailure) {
    let variables = progress.variables(input: input, previous: nil, of: [])
    let waiting = parts.filter { progress.done[$0.name] == nil }
    let subSteps = waiting.map { $0.subStep(variables) }
    var failure: StepFailure?
    await SubStepWindow.run(subSteps, context.steps) { place, result in
      do throws(StepFailure) {
        try progress.note(result, of: waiting[place])
        try await context.checkpoint.store(progress.json)
      } catch { failure = failure ?? error }
      return failure == nil
    }
    if let failure { throw failure }
  }

  private func mapAndReduce(
    _ progress: inout ChainProgress, _ context: StepContext
  ) async throws(StepFailure) {
    guard let items = input.arrayValue else {
      throw StepFailure(
        .badParameters, "input is a list where type is map_reduce, not \(input.kindName)")
    }
    let first = parts[0]
    if progress.done[first.name] == nil {
      let waiting = items.indices.filter { progress.items[$0] == nil }
      let subSteps = waiting.map { place in
        var variables = progress.variables(input: input, previous: nil, of: [])
        variables["item"] = items[place]
        var subStep = first.subStep(variables)
        subStep.name = "\(first.name)[\(place)]"
        return subStep
      }
      var failure: StepFailure?
      await SubStepWindow.run(subSteps, context.steps) { place, result in
        do throws(StepFailure) {
          try progress.note(result, ofItem: waiting[place], in: first)
          try await context.checkpoint.store(progress.json)
        } catch { failure = failure ?? error }
        return failure == nil
      }
      if let failure { throw failure }
      progress.gatherItems(of: first, count: items.count)
    }
    try await runInOrder(parts.dropFirst(), &progress, context)
  }
}

extension ChainPart {
  fileprivate func subStep(_ variables: JSONObject) -> SubStep {
    SubStep(
      name: name, type: type, parameters: parameters, filling: .with(variables),
      timeoutSeconds: timeoutSeconds)
  }
}
