import Formats

/// A rule that can never match, or is none at all: the setting, its place in the list, and the words.
package struct PolicyFinding: Sendable, Equatable {
  /// `policy.hosts.deny`.
  package let key: String
  /// From 0.
  package let index: Int
  /// What is wrong and the way out.
  package let message: String
}

extension Policy {
  /// The rules that do nothing. No I/O.
  ///
  /// - Parameter stepTypes: the names of all step types.
  package func findings(stepTypes names: Set<String>) -> [PolicyFinding] {
    typeFindings(names) + commandFindings + hostFindings + pathFindings
  }

  private func typeFindings(_ names: Set<String>) -> [PolicyFinding] {
    let denied = stepTypes.deny.map { NamePattern($0) }
    return Self.check(stepTypes, "policy.step_types") { rule, isAllowed in
      let pattern = NamePattern(rule)
      let meant = names.filter { pattern.matches($0) }
      guard !meant.isEmpty else {
        let closest = EditDistance.closest(to: rule, among: names.sorted())
        return "can never match: no step type is called so"
          + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
      }
      guard isAllowed, meant.allSatisfy({ name in denied.contains { $0.matches(name) } }) else { return nil }
      return "can never match: policy.step_types.deny denies it"
    }
  }

  private var commandFindings: [PolicyFinding] {
    let denied = commands.deny.compactMap(CommandRule.init)
    return Self.check(commands, "policy.commands") { rule, isAllowed in
      guard let read = CommandRule(rule) else {
        return "can never match: a program is a name or an absolute path, such as git or /usr/bin/git"
      }
      guard isAllowed, let other = denied.first(where: { $0.isAbout(allOf: read) }) else { return nil }
      return "can never match: \"\(other.text)\" of policy.commands.deny denies it"
    }
  }

  private var hostFindings: [PolicyFinding] {
    Self.check(hosts, "policy.hosts") { rule, isAllowed in
      guard HostRule(rule) != nil else {
        return "can never match: it is no name, address or network with an optional port, "
          + "such as *.example.com, 10.0.0.0/8 or [::1]:80"
      }
      guard isAllowed, hosts.deny.contains(rule) else { return nil }
      return "can never match: policy.hosts.deny denies it"
    }
  }

  private var pathFindings: [PolicyFinding] {
    Self.check(Rules(deny: deniedPaths), "policy.paths") { path, _ in
      PathText.normalized(path, in: nil) == path
        ? nil : "can never match: write it as \"\(PathText.normalized(path, in: nil))\""
    }
  }

  /// Asks `problem` about each rule, and finds those that stand there twice.
  private static func check(
    _ rules: Rules, _ key: String, _ problem: (_ rule: String, _ isAllowed: Bool) -> String?
  ) -> [PolicyFinding] {
    var findings: [PolicyFinding] = []
    for (list, name, isAllowed) in [(rules.allow, "allow", true), (rules.deny, "deny", false)] {
      for (index, rule) in list.enumerated() {
        let isRepeat = list[..<index].contains(rule)
        guard let words = isRepeat ? "stands there twice; keep one" : problem(rule, isAllowed) else {
          continue
        }
        findings.append(
          PolicyFinding(key: "\(key).\(name)", index: index, message: "the rule \"\(rule)\" \(words)"))
      }
    }
    return findings
  }
}

extension CommandRule {
  /// Whether every command that the other rule is about is one of this.
  fileprivate func isAbout(allOf other: CommandRule) -> Bool {
    text == other.text || !text.contains(" ") && program.matches(other.program.text)
  }
}
