import Formats
import MissionModel

/// What the placeholders of a job can name, as its steps finish (contract §4).
///
/// Only results that some step names are kept, so that a long job without placeholders holds none.
struct JobVariables: Sendable {
  private let job: ClaimedJob
  private let mission: Mission
  private let outer: OuterVariables
  private let clock: EngineClock
  private let catalog: StepCatalog
  private let context: JSONObject
  private let config: JSONObject
  /// Empty when no step has a placeholder.
  private let places: [String: Int]
  private let wanted: Set<Int>
  /// Steps with `output_variable`, by the name that they set.
  private let setters: [String: [Int]]
  /// Place of each setter in topological order.
  private let ranks: [Int: Int]
  private var results: [Int: StepResult] = [:]

  /// Looks through the document once for what has to be kept.
  init(_ job: ClaimedJob, _ mission: Mission, _ services: ExecutorServices) {
    self.job = job
    self.mission = mission
    outer = services.variables
    clock = services.clock
    catalog = services.catalog
    context = JSONObject(mission.context.map { ($0.key, $0.value) } + job.context.map { ($0.key, $0.value) })
    config = mission.config.scalars
    let usage = VariableUsage(mission)
    places = usage.places
    wanted = usage.wanted
    setters = usage.setters
    var ranks: [Int: Int] = [:]
    if !setters.isEmpty, let order = TopologicalOrder.order(of: mission.steps) {
      let steps = Set(setters.values.joined())
      for (rank, step) in order.enumerated() where steps.contains(step) { ranks[step] = rank }
    }
    self.ranks = ranks
  }

  /// Keeps the result of a step that is over, if anything names it.
  mutating func record(_ result: StepResult, ofStep step: Int) {
    if wanted.contains(step) { results[step] = result }
  }

  /// What the placeholders of `step` can name now.
  func scope(for step: Int) -> VariableScope {
    VariableScope { path in find(path, for: step) }
  }

  private func find(_ path: [String], for step: Int) -> VariableScope.Lookup {
    let rest = path.dropFirst()
    switch path[0] {
    case "env": return named(rest, outer.environment, "env")
    case "secret": return named(rest, outer.secret, "secret")
    case "context":
      guard let name = rest.first else { return .missing("context wants a name: context.NAME") }
      guard let value = contextVariable(name, for: step) else {
        let closest = EditDistance.closest(to: name, among: context.keys + setters.keys.sorted())
        return .missing("context has no \"\(name)\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? ""))
      }
      return VariableScope.descend(value, rest.dropFirst(), from: "context.\(name)")
    case "config": return VariableScope.descend(.object(config), rest, from: "config")
    case "mission":
      let facts: JSON = [
        "id": .string(job.id.description), "name": .string(mission.name), "workspace": .string(job.workspace),
      ]
      return VariableScope.descend(facts, rest, from: "mission")
    case "steps":
      guard let id = rest.first, let place = places[id] else {
        return .missing("there is no step \"\(rest.first ?? "")\"")
      }
      return stepField(place, rest.dropFirst(), for: step)
    default: return other(path, for: step)
    }
  }

  /// A step's id, a context variable, a built-in or an older spelling, in this order.
  private func other(_ path: [String], for step: Int) -> VariableScope.Lookup {
    if let place = places[path[0]] { return stepField(place, path.dropFirst(), for: step) }
    if let value = contextVariable(path[0], for: step) {
      return VariableScope.descend(value, path.dropFirst(), from: path[0])
    }
    guard path.count == 1 else { return .foreign }
    switch path[0] {
    case "timestamp": return .value(.string(clock.now().description))
    case "uuid": return .value(.string(outer.makeUUID()))
    default: break
    }
    for suffix in ["_result", "_response"] where path[0].hasSuffix(suffix) {
      guard let place = places[String(path[0].dropLast(suffix.count))] else { continue }
      guard let result = results[place] else {
        return .missing("step \"\(mission.steps[place].id)\" is not over")
      }
      return .value(mainOutput(of: result, place))
    }
    return .foreign
  }

  private func named(
    _ rest: ArraySlice<String>, _ source: (String) -> VariableScope.Lookup, _ root: String
  ) -> VariableScope.Lookup {
    guard let name = rest.first, rest.count == 1 else {
      return .missing("\(root) wants one name: \(root).NAME")
    }
    return source(name)
  }

  private func stepField(_ place: Int, _ rest: ArraySlice<String>, for step: Int) -> VariableScope.Lookup {
    let id = mission.steps[place].id
    guard mission.isAncestor(place, of: step) else {
      return .missing("step \"\(mission.steps[step].id)\" does not depend on \"\(id)\"; add it to depends_on")
    }
    guard let result = results[place] else { return .missing("step \"\(id)\" is not over") }
    switch rest.first {
    case "output": return VariableScope.descend(result.output, rest.dropFirst(), from: "\(id).output")
    case "status" where rest.count == 1: return .value(.string(result.status.rawValue))
    case "error" where rest.count == 1: return .value(JSON(result.error))
    case "duration_ms" where rest.count == 1: return .value(.integer(result.durationMilliseconds))
    default: return .missing("\(id) wants one of output, status, error, duration_ms")
    }
  }

  /// What the submission gave, unless an ancestor set it later.
  private func contextVariable(_ name: String, for step: Int) -> JSON? {
    let latest = (setters[name] ?? []).filter {
      mission.isAncestor($0, of: step) && results[$0]?.status == .success
    }
    .max { (ranks[$0] ?? 0) < (ranks[$1] ?? 0) }
    if let latest, let result = results[latest] { return mainOutput(of: result, latest) }
    return context[name]
  }

  private func mainOutput(of result: StepResult, _ place: Int) -> JSON {
    catalog[mission.steps[place].type]?.mainOutput(of: result.output) ?? result.output
  }
}
