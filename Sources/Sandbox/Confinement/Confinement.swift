package import MissionModel

/// How far the processes of a step are confined: what the daemon's configuration says, tightened by the
/// mission (contract §1, §9).
package struct Confinement: Sendable, Equatable {
  package var sandbox: MissionConfig.Sandbox
  package var limits: MissionConfig.ProcessLimits

  /// Describes a confinement; without arguments there is none.
  package init(
    sandbox: MissionConfig.Sandbox = .off, limits: MissionConfig.ProcessLimits = .init()
  ) {
    self.sandbox = sandbox
    self.limits = limits
  }

  /// One bound on processes: its key below `limits`, and where it is kept.
  struct Bound: Sendable {
    let key: String
    let path: any WritableKeyPath<MissionConfig.ProcessLimits, Int?> & Sendable
  }

  static let bounds: [Bound] = [
    Bound(key: "memory_bytes", path: \.memoryBytes), Bound(key: "cpu_seconds", path: \.cpuSeconds),
    Bound(key: "processes", path: \.processes), Bound(key: "open_files", path: \.openFiles),
    Bound(key: "file_bytes", path: \.fileBytes),
  ]

  /// The stricter of this and what a mission asks for.
  package func tightened(
    to sandbox: MissionConfig.Sandbox?, _ limits: MissionConfig.ProcessLimits
  ) -> Confinement {
    var result = self
    if let sandbox, sandbox.strength > result.sandbox.strength { result.sandbox = sandbox }
    for bound in Self.bounds {
      guard let wanted = limits[keyPath: bound.path] else { continue }
      let own = result.limits[keyPath: bound.path] ?? .max
      result.limits[keyPath: bound.path] = min(own, wanted)
    }
    return result
  }

  /// What a mission asks for and may not have, since it would loosen what the daemon says.
  package func refusals(of config: MissionConfig) -> [Problem] {
    var problems: [Problem] = []
    if let wanted = config.sandbox, wanted.strength < sandbox.strength {
      problems.append(
        Problem(
          denied: "/config/sandbox",
          "\(wanted.rawValue) is weaker than the daemon's sandbox, which is \(sandbox.rawValue)",
          hint: "leave it out; a mission may only tighten it"))
    }
    for bound in Self.bounds {
      guard let wanted = config.limits[keyPath: bound.path], let own = limits[keyPath: bound.path],
        wanted > own
      else { continue }
      problems.append(
        Problem(
          denied: "/config/limits/\(bound.key)", "\(wanted) is more than the daemon's \(own)",
          hint: "leave it out or lower it; a mission may only tighten limits.\(bound.key)"))
    }
    return problems
  }
}

/// Which confined processes may use the network: `sandbox_network`.
package enum ConfinementNetwork: String, Sendable, CaseIterable {
  /// By effects in bubblewrap; under Landlock, which closes files, everywhere.
  case auto
  /// Those of step types whose effects name the network or databases.
  case effects
  /// All.
  case open

  /// Whether the processes of a step type with these effects may.
  package func allows(_ effects: Effects, in sandbox: MissionConfig.Sandbox) -> Bool {
    switch (self, sandbox) {
    case (_, .off), (.open, _), (.auto, .landlock): true
    case (.effects, _), (.auto, .bubblewrap): !effects.isDisjoint(with: [.usesNetwork, .usesDatabases])
    }
  }
}

extension MissionConfig.Sandbox {
  /// Which of two confines more.
  var strength: Int {
    switch self {
    case .off: 0
    case .landlock: 1
    case .bubblewrap: 2
    }
  }
}
