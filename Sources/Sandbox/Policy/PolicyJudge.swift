import MissionModel
package import Posix

/// The policy with its rules read: decides on step types, commands, paths, hosts and limits. No I/O.
///
/// A class, as its rules for commands are: it is asked for every step of every submission, and copies would
/// cost more than most of its answers.
package final class PolicyJudge: Sendable {
  /// As the configuration has it.
  package let policy: Policy
  /// Places that may be read besides the workspace: `paths.read` and `paths.write`.
  let readable: [String]
  /// Places that may be changed besides the workspace.
  let writable: [String]
  private let readableOrWritable: [String]
  /// Places that a command may change without the question where they are.
  private let changeable: [String]
  private let allowedTypes: [NamePattern]
  private let deniedTypes: [NamePattern]
  private let allowedCommands: CommandRules
  private let deniedCommands: CommandRules
  private let allowedHosts: [HostRule]
  private let deniedHosts: [HostRule]
  /// Where a path leads; asked only of paths that seem to lead where they may not.
  let resolve: @Sendable (String) -> String

  /// Reads the rules; what cannot be read has been said at the start and is left out here.
  ///
  /// - Parameters:
  ///   - resolve: gives a path without links; looks at the file system.
  package init(
    _ policy: Policy, readable: [String] = [], writable: [String] = [],
    resolve: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.policy = policy
    self.readable = readable
    self.writable = writable
    readableOrWritable = readable + writable
    changeable = writable + ["/tmp"]
    self.resolve = resolve
    allowedTypes = policy.stepTypes.allow.map { NamePattern($0) }
    deniedTypes = policy.stepTypes.deny.map { NamePattern($0) }
    allowedCommands = CommandRules(policy.commands.allow)
    deniedCommands = CommandRules(policy.commands.deny)
    allowedHosts = policy.hosts.allow.compactMap(HostRule.init)
    deniedHosts = policy.hosts.deny.compactMap(HostRule.init)
  }

  /// Whether a step type may be used.
  func refusal(ofType name: String) -> PolicyDenial? {
    let what = "the step type \(name)"
    if let rule = deniedTypes.first(where: { $0.matches(name) }) {
      return .denied(what, by: rule.text, "step_types")
    }
    guard !allowedTypes.isEmpty, !allowedTypes.contains(where: { $0.matches(name) }) else { return nil }
    return .notAllowed(what, "step_types")
  }

  /// Whether a line's commands may run: all of them may not be denied, and the first and those that it
  /// starts must be allowed, but for what only starts others.
  ///
  /// - Parameter leadsOutside: whether an argument is a path out of the places that may be changed.
  func refusal(of commands: [SimpleCommand], leadsOutside: (String) -> Bool) -> PolicyDenial? {
    for command in commands {
      if let rule = deniedCommands.first(for: command, leadsOutside: leadsOutside) {
        return .denied("\"\(command.title)\"", by: rule.text, "commands")
      }
      if !allowedCommands.isEmpty,
        allowedCommands.first(for: command, leadsOutside: leadsOutside) == nil
      {
        return .notAllowed("\"\(command.title)\"", "commands")
      }
    }
    return nil
  }

  /// Whether a rule about the command asks where its arguments lead.
  func looksAtFiles(of command: SimpleCommand) -> Bool {
    (deniedCommands.concerning(command) + allowedCommands.concerning(command)).contains(where: \.asksForFiles)
  }

  /// Whether a server may be asked for by this name, before the name is looked up.
  ///
  /// - Parameter port: nil where it is not known yet, or there is none: rules about ports deny nothing then.
  func refusal(ofHost name: String, port: Int?) -> PolicyDenial? {
    let what = port.map { "\(name):\($0)" } ?? name
    let host = HostName(name)
    if let rule = deniedHosts.first(where: {
      (port != nil || $0.port == nil) && $0.matches(host, port: port)
    }) {
      return .denied(what, by: rule.text, "hosts")
    }
    if allowedHosts.isEmpty || allowedHosts.contains(where: { $0.matches(host, port: port) }) {
      return nil
    }
    // An address that the name leads to may be allowed: that is known when it is connected to.
    let mayBeAllowedLater = host.address == nil && allowedHosts.contains { !$0.isName }
    return mayBeAllowedLater ? nil : .notAllowed(what, "hosts")
  }

  /// Whether an address may be connected to, after a name was looked up.
  package func refusal(of address: SocketAddress, asked name: String, port: Int?) -> PolicyDenial? {
    guard let host = HostAddress(address) else { return refusal(ofSocket: address.host) }
    // Computed where it is told.
    var what: String { address.host == name ? "\(address)" : "\(name), which leads to \(address)" }
    let port = port ?? HostAddress.port(of: address)
    let asked = HostName(name)
    if let rule = deniedHosts.first(where: {
      $0.matches(address: host, port: port) || $0.matches(asked, port: port)
    }) {
      return .denied(what, by: rule.text, "hosts")
    }
    let isAllowed =
      allowedHosts.isEmpty
      || allowedHosts.contains {
        $0.matches(asked, port: port) || $0.matches(address: host, port: port)
      }
    return isAllowed ? nil : .notAllowed(what, "hosts")
  }

  /// Whether a Unix socket may be connected to: outside of `paths.read` too, where services have theirs.
  private func refusal(ofSocket path: String) -> PolicyDenial? {
    let places = [PathText.normalized(path, in: nil), resolve(path)]
    let rule = policy.deniedPaths.first { rule in places.contains { ConfinementPlaces.holds(rule, $0) } }
    return rule.map { .denied(path, by: $0, "paths") }
  }

  /// Whether a path as it is written may be named; `workspace` is where relative ones start, nil before the
  /// job has one.
  func refusal(ofPath path: String, isWrite: Bool, workspace: String?) -> PolicyDenial? {
    let place = PathText.normalized(path, in: workspace)
    if let rule = policy.deniedPaths.first(where: { ConfinementPlaces.holds($0, place) }) {
      return .denied(path, by: rule, "paths")
    }
    guard leadsOutside(place, roots: isWrite ? writable : readableOrWritable, workspace) else { return nil }
    return PolicyDenial(
      "\(path) leads outside the workspace",
      wayOut: "allow it with paths.\(isWrite ? "write" : "read") in missiond.yaml")
  }

  /// Whether an argument of a command is a path out of the workspace and of `paths.write`.
  func leadsOutside(argument: String, directory: String?, workspace: String?) -> Bool {
    guard !argument.isEmpty, !argument.hasPrefix("$"), !argument.hasPrefix("{{") else { return false }
    // The shell makes the steps' HOME of it, which is shared by all jobs.
    if argument.hasPrefix("~") { return true }
    return leadsOutside(PathText.normalized(argument, in: directory), roots: changeable, workspace)
  }

  private func leadsOutside(_ place: String, roots: [String], _ workspace: String?) -> Bool {
    func isInside(_ place: String) -> Bool {
      if !place.hasPrefix("/") { return place != ".." && !place.hasPrefix("../") }
      // A root itself is no place inside of it: nobody means to remove all of it.
      return roots.contains { ConfinementPlaces.holds($0, place) }
        || workspace.map { ConfinementPlaces.holds($0, place) } ?? false
    }
    // Before the job has a workspace, links cannot be followed.
    guard place.hasPrefix("/") else { return !isInside(place) }
    if !isInside(place) { return !isInside(resolve(place)) }
    return workspace != nil && !isInside(resolve(place))
  }
}

extension HostRule {
  /// Whether the rule is about a name, which is known before it is looked up.
  var isName: Bool {
    HostAddress(String(text.split(separator: "/")[0].filter { $0 != "[" && $0 != "]" })) == nil
  }
}

/// Paths as texts. No I/O.
enum PathText {
  /// A path from its start without `.`, `..` and double slashes; a relative one that has no start yet keeps
  /// the `..` that lead out of it.
  static func normalized(_ path: String, in directory: String?) -> String {
    let whole = path.hasPrefix("/") ? path : directory.map { "\($0)/\(path)" } ?? path
    if isNormal(whole) { return whole }
    let isAbsolute = whole.hasPrefix("/")
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
  }

  /// Whether no part of a path is empty, `.` or `..`, as is usual.
  private static func isNormal(_ path: String) -> Bool {
    let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
    var before = slash
    var isDots = false
    for (place, byte) in path.utf8.enumerated() {
      if byte == slash {
        if isDots || before == slash && place > 0 { return false }
      } else {
        isDots = byte == dot && (before == slash || isDots)
      }
      before = byte
    }
    return before != slash && !isDots
  }
}
