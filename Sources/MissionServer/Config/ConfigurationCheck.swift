import Formats
import Glibc
import MissionModel
import Sandbox

/// What is wrong with a configuration although every value is of its kind: rules that can never match, roots
/// that do not exist, a sandbox that this host cannot make.
package enum ConfigurationCheck {
  /// Something wrong with a setting, or with one element of its list.
  struct Finding: Sendable, Equatable {
    let key: String
    var index: Int?
    let message: String
  }

  /// Looks at the configuration and the host; blocks.
  ///
  /// - Parameters:
  ///   - file: the path and the content of the configuration's file.
  ///   - flags: the settings that were given by flags.
  /// - Throws: everything that is wrong, each where it was said.
  package static func run(
    _ configuration: Configuration, file: (path: String, bytes: [UInt8])?, environment: [String: String],
    flags: [Setting] = []
  ) throws(ConfigurationError) {
    let found = findings(configuration, environment: environment)
    guard !found.isEmpty else { return }
    throw ConfigurationError(located(found, file, environment, flags))
  }

  static func findings(_ configuration: Configuration, environment: [String: String]) -> [Finding] {
    let rules = configuration.policy.findings(stepTypes: StepCatalog.specified).map {
      Finding(key: $0.key, index: $0.index, message: "\($0.key): \($0.message)")
    }
    return rules + rootFindings(configuration) + hostFindings(configuration, environment)
  }

  private static func rootFindings(_ configuration: Configuration) -> [Finding] {
    var findings: [Finding] = []
    func look(_ key: String, _ paths: [String]) {
      for (index, path) in paths.enumerated() where !isFolder(path) {
        findings.append(
          Finding(
            key: key, index: index,
            message: "\(key): \(path) is no folder that exists; make it, or take it out"))
      }
    }
    look("paths.read", configuration.readPaths)
    look("paths.write", configuration.writePaths)
    for (index, path) in configuration.policy.deniedPaths.enumerated() where access(path, F_OK) != 0 {
      findings.append(
        Finding(
          key: "policy.paths.deny", index: index,
          message: "policy.paths.deny: \(path) does not exist; take it out, or correct it"))
    }
    if let home = configuration.home, !isFolder(home) {
      findings.append(
        Finding(
          key: "environment.home", message: "environment.home: \(home) is no folder that exists; make it"))
    }
    return findings
  }

  private static func hostFindings(
    _ configuration: Configuration, _ environment: [String: String]
  ) -> [Finding] {
    guard configuration.confinement != Confinement() else { return [] }
    var host = ConfinementHost.current(path: environment["PATH"] ?? "/usr/bin:/bin", groups: nil)
    // Which control group the daemon will get is known when it starts.
    host.controllers = ["memory", "pids"]
    var findings = host.gaps(in: configuration.confinement).map {
      Finding(key: $0.key, message: "\($0.key): \($0.reason)")
    }
    guard configuration.confinement.sandbox != .off else { return findings }
    if let pair = configuration.confinementPlaces(environment: environment).conflict() {
      findings.append(
        Finding(
          key: "sandbox",
          message:
            "sandbox: \(pair.forbidden) must stay closed and lies in \(pair.root), which steps may write "
            + "to; put it elsewhere, or set TMPDIR to another folder"))
    }
    return findings
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Finds out who said what is wrong: a flag, a variable, or a line of the file.
  private static func located(
    _ findings: [Finding], _ file: (path: String, bytes: [UInt8])?, _ environment: [String: String],
    _ flags: [Setting]
  ) -> [ConfigurationProblem] {
    func pointer(_ finding: Finding) -> String {
      "/" + finding.key.split(separator: ".").joined(separator: "/") + (finding.index.map { "/\($0)" } ?? "")
    }
    let places = SourceLocator.locate(Set(findings.map(pointer)), in: file?.bytes ?? [], .yaml)
    return findings.map { finding in
      let setting = Settings[finding.key]
      if let setting, flags.contains(where: { $0.key == setting.key }) {
        return ConfigurationProblem(.flag(setting.flag), finding.message)
      }
      if let setting, environment[setting.variable] != nil {
        return ConfigurationProblem(.variable(setting.variable), finding.message)
      }
      let position = places[pointer(finding)].map { finding.index == nil ? $0.key ?? $0.value : $0.value }
      return ConfigurationProblem(
        .file(file?.path ?? "the defaults", line: position?.line ?? 0, column: position?.column ?? 0),
        finding.message)
    }
  }
}
