/// What a step's processes find in their environment (contract §3). A value: the daemon's variables come in.
package struct ChildEnvironment: Sendable {
  /// The daemon's own variables, or those of whoever calls `mission run`.
  package var inherited: [String: String]
  /// Names that the configuration passes on besides the usual ones: `environment.pass`.
  package var passed: [String] = []
  /// Whether everything is passed on that may be, as `mission run` does.
  package var passesAll = false
  /// `environment.home`; nil leaves the inherited one.
  package var home: String?

  /// Describes an environment.
  package init(
    inherited: [String: String], passed: [String] = [], passesAll: Bool = false, home: String? = nil
  ) {
    self.inherited = inherited
    self.passed = passed
    self.passesAll = passesAll
    self.home = home
  }

  private static let usual = ["HOME", "LANG", "PATH", "TMPDIR", "TZ", "USER"]
  private static let agentPrograms: Set<String> = ["git", "rsync", "scp", "sftp", "ssh"]
  private static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// The variables for a program, as `NAME=value` sorted by name; `own` are the step's and win.
  func variables(
    for program: String, own: [(key: String, value: String)], inherits: Bool = true
  ) -> [String] {
    var result: [String: String] = [:]
    if inherits {
      let names = passesAll ? Array(inherited.keys) : Self.usual + passed + agentNames(for: program)
      for name in names where Self.mayPass(name) { result[name] = inherited[name] }
      if let home { result["HOME"] = home }
    }
    result["PATH"] = inherited["PATH"] ?? Self.defaultPath
    for (name, value) in own { result[name] = value }
    return result.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// Where programs are looked up: the step's own PATH, else the inherited one.
  func path(own: [(key: String, value: String)]) -> String {
    own.last { $0.key == "PATH" }?.value ?? inherited["PATH"] ?? Self.defaultPath
  }

  private func agentNames(for program: String) -> [String] {
    let name = program.split(separator: "/").last.map(String.init) ?? program
    return Self.agentPrograms.contains(name) ? ["SSH_AUTH_SOCK"] : []
  }

  /// False for what speaks to the daemon itself, or would end a shell that nobody sits at.
  package static func mayPass(_ name: String) -> Bool {
    !["NOTIFY_SOCKET", "CREDENTIALS_DIRECTORY", "TMOUT"].contains(name)
      && !["LISTEN_", "WATCHDOG_", "MISSIOND_"].contains { name.hasPrefix($0) }
  }
}
