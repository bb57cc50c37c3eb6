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

  private func isMet(_ requirement: Requirement) -> Bool {
    switch requirement.kind {
    case .program(let names):
      names.contains { name in programFolders.contains { access("\($0)/\(name)", X_OK) == 0 } }
    case .library(let name): libraryFolders.contains { access("\($0)/\(name)", R_OK) == 0 }
    }
  }
}
