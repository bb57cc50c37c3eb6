import Formats
import Glibc
import MissionModel
import Posix
import Sandbox

/// What is wrong with a configuration although every value is of its kind: rules that can never match, roots
/// that do not exist, addresses that nobody may listen on, a sandbox that this host cannot make.
package enum ConfigurationCheck {
  /// Everything that is wrong. Looks at the host; blocks.
  package static func problems(
    of configuration: Configuration, _ environment: [String: String]
  ) -> [SettingProblem] {
    let rules = configuration.policy.findings(stepTypes: StepCatalog.specified).map {
      SettingProblem($0.key, member: "\($0.index)", "\($0.key): \($0.message)")
    }
    return rules + rootProblems(configuration) + nameProblems(configuration)
      + confinementProblems(configuration, environment)
  }

  private static func nameProblems(_ configuration: Configuration) -> [SettingProblem] {
    var problems: [SettingProblem] = []
    let hasTokens = configuration.tokensFile != nil || configuration.tokensCredential != nil
    for (index, text) in configuration.listen.enumerated() {
      do throws(StartError) { _ = try ListenRule.address(text, hasTokens: hasTokens) } catch {
        problems.append(SettingProblem("listen", member: "\(index)", error.description))
      }
    }
    for (index, name) in configuration.hosts.enumerated() where !BrowserRule.canBeHost(name) {
      problems.append(
        SettingProblem(
          "hosts", member: "\(index)",
          "hosts: \"\(name)\" can never match: it is no name or address; write it without scheme and port"))
    }
    for (index, name) in configuration.passedEnvironment.enumerated()
    where !ChildEnvironment.mayPass(name) {
      problems.append(
        SettingProblem(
          "environment.pass", member: "\(index)",
          "environment.pass: \(name) is the daemon's own and never given to steps; take it out"))
    }
    if let path = configuration.socketPath, path.utf8.count > SocketAddress.longestPath {
      problems.append(
        SettingProblem(
          "socket.path",
          "socket.path: \(path.utf8.count) bytes are more than the \(SocketAddress.longestPath) that the "
            + "kernel takes; choose a shorter one"))
    }
    return problems
  }

  private static func rootProblems(_ configuration: Configuration) -> [SettingProblem] {
    var problems: [SettingProblem] = []
    func look(_ key: String, _ paths: [String]) {
      for (index, path) in paths.enumerated() where !isFolder(path) {
        problems.append(
          SettingProblem(
            key, member: "\(index)", "\(key): \(path) is no folder that exists; make it, or take it out"))
      }
    }
    look("paths.read", configuration.readPaths)
    look("paths.write", configuration.writePaths)
    for (index, path) in configuration.policy.deniedPaths.enumerated() where access(path, F_OK) != 0 {
      problems.append(
        SettingProblem(
          "policy.paths.deny", member: "\(index)",
          "policy.paths.deny: \(path) does not exist; take it out, or correct it"))
    }
    if let home = configuration.home, !isFolder(home) {
      problems.append(
        SettingProblem(
          "environment.home", "environment.home: \(home) is no folder that exists; make it"))
    }
    return problems
  }

  private static func confinementProblems(
    _ configuration: Configuration, _ environment: [String: String]
  ) -> [SettingProblem] {
    guard configuration.confinement != Confinement() else { return [] }
    var host = ConfinementHost.current(path: environment["PATH"] ?? "/usr/bin:/bin", groups: nil)
    // Which control group the daemon will get is known when it starts.
    host.controllers = ["memory", "pids"]
    var problems = host.gaps(in: configuration.confinement).map {
      SettingProblem($0.key, "\($0.key): \($0.reason)")
    }
    guard configuration.confinement.sandbox != .off else { return problems }
    if let pair = configuration.confinementPlaces(environment: environment).conflict() {
      problems.append(
        SettingProblem(
          "sandbox",
          "sandbox: \(pair.forbidden) must stay closed and lies in \(pair.root), which steps may write "
            + "to; put it elsewhere, or set TMPDIR to another folder"))
    }
    return problems
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
