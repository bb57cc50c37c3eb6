/// The commands that programs take as a value of their options, for the shell or to be run as they are.
enum CommandOptions {
  /// Options whose value is a command; a value may be a word of its own, stand behind `=`, or, of a short
  /// option, follow it at once.
  private static let options: [String: [String]] = [
    "script": ["-c", "--command"],
    "tar": [
      "--checkpoint-action", "--to-command", "-I", "--use-compress-program", "-F", "--info-script",
      "--new-volume-script", "--rsh-command",
    ],
    "rsync": ["-e", "--rsh"],
    "scp": ["-S"], "sftp": ["-S"],
  ]
  /// Settings behind `-o` of ssh and `-c` of git: what they are called at their end, in small letters.
  private static let settings: [String: (option: String, names: [String])] = [
    "ssh": ("-o", ["proxycommand", "localcommand", "knownhostscommand"]),
    "scp": ("-o", ["proxycommand", "localcommand", "knownhostscommand"]),
    "sftp": ("-o", ["proxycommand", "localcommand", "knownhostscommand"]),
    "git": (
      "-c",
      [
        "command", "pager", "editor", "external", "helper", "program", "fsmonitor", "textconv", "clean",
        "smudge", "process", "driver", "cmd",
      ]
    ),
  ]

  /// The programs that have such options.
  static let programs = Set(options.keys).union(settings.keys).union(["trap"])

  /// The command lines that stand in the arguments of the program `name`.
  static func lines(of name: String, _ arguments: [String]) -> [String] {
    if name == "trap" { return arguments.first.map { [$0] } ?? [] }
    var lines: [String] = []
    for option in options[name] ?? [] {
      // `tar --checkpoint-action=exec=COMMAND`.
      lines += values(of: option, arguments).map { $0.hasPrefix("exec=") ? String($0.dropFirst(5)) : $0 }
    }
    if let (option, names) = settings[name] {
      for setting in values(of: option, arguments) {
        let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { continue }
        let key = parts[0].lowercased()
        if parts[1].hasPrefix("!") {
          // A command for the shell: an alias of git, a helper.
          lines.append(String(parts[1].dropFirst()))
        } else if names.contains(where: key.hasSuffix) {
          lines.append(parts[1])
        }
      }
    }
    return lines
  }

  /// What the arguments give an option: `-x VALUE`, `-xVALUE`, `-ixVALUE`, `--long VALUE`, `--long=VALUE`.
  private static func values(of option: String, _ arguments: [String]) -> [String] {
    var values: [String] = []
    for (place, word) in arguments.enumerated() {
      if word == option {
        if place + 1 < arguments.count { values.append(arguments[place + 1]) }
      } else if option.hasPrefix("--") {
        if word.hasPrefix(option + "=") { values.append(String(word.dropFirst(option.count + 1))) }
      } else if word.hasPrefix("-"), !word.hasPrefix("--"), let letter = option.last,
        let found = word.firstIndex(of: letter)
      {
        // Several short options in one word: what follows the letter is its value, else the next word.
        let rest = word[word.index(after: found)...]
        if !rest.isEmpty {
          values.append(String(rest))
        } else if place + 1 < arguments.count {
          values.append(arguments[place + 1])
        }
      }
    }
    return values
  }
}
