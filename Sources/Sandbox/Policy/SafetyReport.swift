import Formats
package import MissionModel

/// What a mission may touch, how risky that is, what the policy would deny, and what cannot be known before
/// the job runs: from what its step types declare and what its parameters name (contract §9).
package struct SafetyReport: Sendable {
  /// How much harm a step can do.
  package enum Risk: String, Sendable, Comparable {
    case low, medium, high
    private var rank: Int {
      switch self {
      case .low: 0
      case .medium: 1
      case .high: 2
      }
    }
    package static func < (left: Risk, right: Risk) -> Bool { left.rank < right.rank }
  }

  /// One step of the report.
  package struct StepEntry: Sendable {
    package let id: String
    package let type: String
    package let effects: Effects
    package var reads: [String] = []
    package var writes: [String] = []
    package var programs: [String] = []
    package var hosts: [String] = []
    package var secrets: [String] = []
    package var risk = Risk.low
    package var reasons: [String] = []
    package var denials: [Problem] = []
    package var unknown: [String] = []
  }

  package private(set) var steps: [StepEntry] = []
  /// What the policy says no to of the mission as a whole.
  package private(set) var denials: [Problem] = []
  /// What encloses the processes of its steps.
  package let sandbox: MissionConfig.Sandbox

  /// What every reader has to know.
  package static let note =
    "the policy is a guard against mistakes; the sandbox is the boundary, and without one a program can do all "
    + "that its user can"

  /// Looks at every step of a sound mission.
  package init(_ mission: Mission, catalog: StepCatalog, judge: PolicyJudge, confinement: Confinement) {
    sandbox = confinement.tightened(to: mission.config.sandbox, mission.config.limits).sandbox
    denials = confinement.refusals(of: mission.config) + judge.problems(of: mission)
    for (place, step) in mission.steps.enumerated() {
      guard let type = catalog[step.type] else { continue }
      // They were read when the mission was loaded, from the same bytes.
      let parameters = (try? mission.parameters(ofStepAt: place)) ?? [:]
      steps.append(entry(step, place, type, parameters, judge))
    }
  }

  /// Gives denials their lines and columns in the document that the mission was read from.
  package mutating func locateDenials(in document: [UInt8], _ format: DocumentFormat) {
    denials = Problem.located(denials, in: document, format)
    for place in steps.indices where !steps[place].denials.isEmpty {
      steps[place].denials = Problem.located(steps[place].denials, in: document, format)
    }
  }

  /// Whether the mission could not be submitted.
  package var isDenied: Bool { !denials.isEmpty || steps.contains { !$0.denials.isEmpty } }
  /// The greatest of its steps.
  package var risk: Risk { steps.map(\.risk).max() ?? .low }

  private func entry(
    _ step: Step, _ place: Int, _ type: StepDeclaration, _ parameters: JSONObject, _ judge: PolicyJudge
  ) -> StepEntry {
    var entry = StepEntry(id: step.id, type: type.name, effects: type.effects)
    let named = NamedThings(type, parameters, isFilled: false)
    entry.reads = named.reads.map(\.value).unique
    entry.writes = named.writes.map(\.value).unique
    entry.programs = named.commands.flatMap { $0.value.map(\.names[0]) }.unique
    if entry.programs.isEmpty, type.effects.contains(.runsProcesses) { entry.programs = type.fixedPrograms }
    entry.hosts =
      named.hosts.map { host in host.value.port.map { "\(host.value.name):\($0)" } ?? host.value.name }
      .unique
    entry.secrets = Self.secrets(in: .object(parameters)).unique
    entry.denials = judge.problems(type, parameters, isFilled: false).map { problem in
      var problem = problem
      problem.pointer = "/steps/\(place)" + problem.pointer
      return problem
    }
    entry.unknown = named.open.unique.map { "\($0) has placeholders, which are filled when the step starts" }
    if type.effects.contains(.runsProcesses) {
      entry.unknown.append("what its programs read, write and start themselves")
    }
    if type.effects.contains(.usesNetwork), !entry.hosts.isEmpty {
      entry.unknown.append("the addresses that names lead to, and where servers redirect to")
    }
    if type.effects.contains(.runsSteps) {
      entry.unknown.append("which steps it runs, and with which parameters")
    }
    assess(&entry, named, judge)
    return entry
  }

  private func assess(_ entry: inout StepEntry, _ named: NamedThings, _ judge: PolicyJudge) {
    func raise(_ risk: Risk, _ reason: String) {
      entry.risk = max(entry.risk, risk)
      entry.reasons.append(reason)
    }
    if !entry.denials.isEmpty { raise(.high, "the policy says no") }
    if entry.effects.contains(.runsProcesses) {
      let isEnclosed = sandbox != .off
      raise(
        isEnclosed ? .medium : .high,
        isEnclosed
          ? "it runs programs, inside \(sandbox.rawValue)" : "it runs programs, and no sandbox encloses them")
    }
    if entry.effects.contains(.runsSteps) { raise(.high, "it runs other steps, which a model may choose") }
    let outside = named.writes.filter { PathText.normalized($0.value, in: nil).hasPrefix("/") }
    if !outside.isEmpty { raise(.medium, "it changes files outside the workspace") }
    if entry.effects.contains(.usesNetwork) { raise(.medium, "it uses the network") }
    if entry.effects.contains(.usesDatabases) { raise(.medium, "it talks to a database") }
    if entry.effects.contains(.callsModels) { raise(.medium, "it sends text to a model") }
    if !entry.secrets.isEmpty { raise(.medium, "it is handed secrets") }
    if entry.effects.contains(.writesFiles), outside.isEmpty {
      raise(.low, "it changes files of its workspace")
    }
    if entry.reasons.isEmpty { entry.reasons = ["it changes nothing"] }
  }

  /// The names of `{{secret.NAME}}`, at any depth.
  private static func secrets(in value: JSON) -> [String] {
    switch value {
    case .string(let text):
      return Template(text).placeholders.map(\.path).filter { $0.first == "secret" && $0.count > 1 }.map {
        $0[1]
      }
    case .array(let elements): return elements.flatMap { secrets(in: $0) }
    case .object(let members): return members.map(\.value).flatMap { secrets(in: $0) }
    case .null, .bool, .integer, .double, .decimal: return []
    }
  }
}

extension StepDeclaration {
  /// The programs that a type runs without being told: those that it needs.
  fileprivate var fixedPrograms: [String] {
    requirements.flatMap { requirement -> [String] in
      guard case .program(let names) = requirement.kind else { return [] }
      return names
    }
  }
}

extension [String] {
  /// Each once, in the order of the first.
  fileprivate var unique: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
