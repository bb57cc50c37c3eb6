import Glibc
package import MissionModel

/// What this host has of what step types need, looked up when somebody asks.
package struct HostInventory: Sendable {
  private let programFolders: [String]
  private let libraryFolders: [String]

  /// Looks for programs in `path`, as `PATH` has it, and for libraries where the loader looks.
  package init(path: String) {
    programFolders = path.split(separator: ":").map(String.init)
    libraryFolders = [
      "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
      "/usr/lib/aarch64-linux-gnu", "/usr/local/lib", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
    ]
  }

  /// The requirements of a type that are not met.
  package func missing(of type: StepDeclaration) -> [Requirement] { type.requirements.filter { !isMet($0) } }

  /// A warning for each step type of a mission that cannot work on this host as it is now; pointers begin at
  /// the mission. It is no error: what is missing may be installed before the step starts.
  func warnings(of mission: Mission, _ catalog: StepCatalog) -> [Problem] {
    var seen: Set<String> = []
    var warnings: [Problem] = []
    for (place, step) in mission.steps.enumerated() where seen.insert(step.type).inserted {
      guard case .found(let type) = catalog.look(up: step.type) else { continue }
      for requirement in missing(of: type) where requirement.isEssential {
        warnings.append(
          Problem(
            .warning, at: "/steps/\(place)/step_type",
            "\(type.name) needs \(Self.name(of: requirement)), which is not on this host",
            hint: "install \(requirement.package) before the step starts"))
      }
    }
    return warnings
  }

  /// What is looked for, in words.
  package static func name(of requirement: Requirement) -> String {
    switch requirement.kind {
    case .program(let names): names.joined(separator: " or ")
    case .library(let name): name
    }
  }

  private func isMet(_ requirement: Requirement) -> Bool {
    switch requirement.kind {
    case .program(let names):
      names.contains { name in programFolders.contains { access("\($0)/\(name)", X_OK) == 0 } }
    case .library(let name): libraryFolders.contains { access("\($0)/\(name)", R_OK) == 0 }
    }
  }
}
