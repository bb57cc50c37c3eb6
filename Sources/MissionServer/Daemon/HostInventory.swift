import Formats
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

  /// A warning for each program that a step names and that is not in PATH, and each absolute path to read
  /// that leads nowhere; pointers begin at the step. Both may come to be before the step starts.
  func warnings(_ type: StepDeclaration, _ parameters: JSONObject) -> [Problem] {
    var warnings: [Problem] = []
    for (spellings, access) in type.named where access == .program || access == .readPath {
      for spelling in spellings {
        guard let given = parameters[spelling], let message = gap(access, given, parameters)
        else { continue }
        warnings.append(
          Problem(
            .warning, at: "/parameters/" + JSONPointer.escape(spelling), message,
            hint: "have it there before the step starts"))
      }
    }
    return warnings
  }

  private func gap(_ access: ParameterAccess, _ given: JSON, _ parameters: JSONObject) -> String? {
    switch access {
    case .program:
      guard let program = Self.program(given, parameters), !hasProgram(program) else { return nil }
      return "\(JSON.string(program).excerpt) is no program in PATH"
    case .readPath:
      guard let path = given.stringValue, path.hasPrefix("/"), !path.contains("{{"), !exists(path)
      else { return nil }
      return "\(JSON.string(path).excerpt) does not exist"
    case .writePath, .pathInFolder, .shellCommand, .url, .host, .connection, .secret: return nil
    }
  }

  /// The name that is looked for in PATH; nil where the step says more of it than its name.
  private static func program(_ given: JSON, _ parameters: JSONObject) -> String? {
    guard (parameters["shell"] ?? false) == false,
      (parameters["environment"] ?? [:]).objectValue.map({ $0["PATH"] == nil }) == true
    else { return nil }
    var words = given.arrayValue?.compactMap(\.stringValue) ?? [given.stringValue ?? ""]
    if given.arrayValue == nil, CommandLine.isSplit(parameters) {
      // A line that cannot be split is an error, which the step type tells.
      do throws(StepFailure) { words = try CommandLine.words(words[0]) } catch { return nil }
    }
    guard let program = words.first, !program.isEmpty, !program.contains("/"), !program.contains("{{")
    else { return nil }
    return program
  }

  private func hasProgram(_ name: String) -> Bool {
    programFolders.isEmpty || programFolders.contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || errno != ENOENT }

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
