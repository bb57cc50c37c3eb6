import Posix

/// The command line of `bwrap` (bubblewrap) for one program. A value.
struct Bubblewrap: Sendable, Equatable {
  /// What stays visible.
  var rules: [Landlock.Rule]
  /// Links at the top of the file system, such as `/bin` to `usr/bin`.
  var links: [(path: String, target: String)]
  /// Without one the program has a loopback of its own and nothing else.
  var sharesNetwork: Bool
  /// Where the program starts.
  var directory: String

  static func == (left: Bubblewrap, right: Bubblewrap) -> Bool {
    left.arguments(for: "", []) == right.arguments(for: "", [])
  }

  /// All arguments after `bwrap`; the program is looked up nowhere.
  func arguments(for program: String, _ own: [String]) -> [String] {
    var words = [
      "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
      "--die-with-parent",
    ]
    if !sharesNetwork { words.append("--unshare-net") }
    // Folders come before what is mounted inside of them.
    for rule in rules.sorted(by: { $0.path < $1.path }) where !Self.isVirtual(rule.path) {
      switch rule.access {
      case .read: words += ["--ro-bind-try", rule.path, rule.path]
      case .write: words += ["--bind-try", rule.path, rule.path]
      case .device: break
      }
    }
    for link in links { words += ["--symlink", link.target, link.path] }
    words += ["--proc", "/proc", "--dev", "/dev", "--chdir", directory, "--", program]
    return words + own
  }

  /// Places of which the program gets its own.
  private static func isVirtual(_ path: String) -> Bool {
    ["/proc", "/dev"].contains { ConfinementPlaces.holds($0, path) }
  }
}
