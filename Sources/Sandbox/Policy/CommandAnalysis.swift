/// Finds the commands that a command line comes down to: through `env`, `sudo`, `nice`, `xargs`, `timeout`,
/// `nohup`, `find -exec`, shells, options that take a command and the like. No I/O.
///
/// A shell's script is taken apart by its words; what its variables hold is not known, and a program that
/// makes up its own commands is not understood. The policy is a guard against mistakes.
enum CommandAnalysis {
  /// Beyond this depth the line is no mistake any more.
  private static let deepest = 8

  /// The commands, the one that starts the others first.
  static func commands(_ program: String, _ arguments: [String]) -> [SimpleCommand] {
    var found: [SimpleCommand] = []
    add(program, arguments, deepest, &found)
    return found
  }

  private static func add(
    _ program: String, _ arguments: [String], _ depth: Int, _ found: inout [SimpleCommand]
  ) {
    let command = SimpleCommand(program, arguments)
    found.append(command)
    guard depth > 0, let name = command.names.last, startsOthers(name) else { return }
    let scripts = [script(of: name, arguments)].compactMap(\.self) + CommandOptions.lines(of: name, arguments)
    for words in scripts.flatMap(ShellScript.commands) {
      if let first = words.first { add(first, Array(words.dropFirst()), depth - 1, &found) }
    }
    if name == "find" || name == "fd" { addExecuted(by: arguments, depth, &found) }
    let wrapping = isLoader(name) ? loaded(arguments) : wrapped(by: name, arguments)
    guard let rest = wrapping, let first = rest.first else { return }
    add(first, Array(rest.dropFirst()), depth - 1, &found)
  }

  /// Whether a program is one of those that are taken apart here; most are not.
  private static func startsOthers(_ name: String) -> Bool { starters.contains(name) || isLoader(name) }

  private static let starters = shells.union(wrappers.keys).union(CommandOptions.programs).union([
    "find", "fd",
  ])

  private static let shells: Set<String> = [
    "sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "su", "eval",
  ]

  /// What a shell is given with `-c`, or `eval` as its words.
  private static func script(of name: String, _ arguments: [String]) -> String? {
    guard shells.contains(name) else { return nil }
    if name == "eval" { return arguments.joined(separator: " ") }
    guard
      let flag = arguments.firstIndex(where: {
        $0 == "--command" || $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains("c")
      })
    else { return nil }
    // Options may stand between `-c` and the script.
    return arguments[(flag + 1)...].first { !$0.hasPrefix("-") && !$0.hasPrefix("+") }
  }

  /// Programs that start what their arguments say, with those of their options that take a value.
  private static let wrappers: [String: String] = [
    "env": "uCSP", "sudo": "ugphCDRTrtU", "doas": "uC", "nice": "n", "ionice": "cnp", "nohup": "",
    "setsid": "",
    "timeout": "ks", "time": "fo", "stdbuf": "ioe", "xargs": "adEILnPs", "chrt": "TPD", "taskset": "",
    "unshare": "SGRw", "nsenter": "tSGrw", "setpriv": "", "flock": "wE", "strace": "eopsuEaIOPSX",
    "watch": "nd",
    "exec": "a", "command": "", "builtin": "", "busybox": "", "toybox": "", "chroot": "", "runuser": "ugGs",
    "systemd-run": "pEuGH", "prlimit": "", "parallel": "jSN", "exec-once": "",
  ]
  /// Wrappers with operands of their own before the program: how many.
  private static let operands = ["timeout": 1, "chroot": 1, "flock": 1, "taskset": 1, "chrt": 1]

  private static func wrapped(by name: String, _ arguments: [String]) -> [String]? {
    guard let valued = wrappers[name] else { return nil }
    var rest = arguments[...]
    var skipped = operands[name] ?? 0
    while let word = rest.first {
      if word == "--" {
        rest.removeFirst()
        if skipped == 0 { break }
        continue
      }
      if name == "env", let value = splitString(word, rest.dropFirst().first) { return value }
      if word.hasPrefix("-"), word.utf8.count > 1 {
        rest.removeFirst()
        // `-n 5`: a value of its own; `-n5` and `--name=value` bring theirs along.
        if word.utf8.count == 2, let letter = word.last, valued.contains(letter) { _ = rest.popFirst() }
        continue
      }
      if ["env", "sudo", "doas"].contains(name), isAssignment(word) {
        rest.removeFirst()
        continue
      }
      guard skipped > 0 else { break }
      skipped -= 1
      rest.removeFirst()
    }
    return Array(rest)
  }

  /// The dynamic linker starts what it is given: ld.so(8).
  private static func isLoader(_ name: String) -> Bool {
    name.hasPrefix("ld")
      && (name.hasPrefix("ld-linux") || name.hasPrefix("ld-musl") || name.hasPrefix("ld.so"))
  }

  private static func loaded(_ arguments: [String]) -> [String] {
    let valued: Set<String> = [
      "--library-path", "--preload", "--argv0", "--inhibit-rpath", "--audit", "--glibc-hwcaps-prepend",
      "--glibc-hwcaps-mask",
    ]
    var rest = arguments[...]
    while let word = rest.first, word.hasPrefix("--") {
      rest.removeFirst()
      if valued.contains(word) { _ = rest.popFirst() }
    }
    return Array(rest)
  }

  /// `env -S 'rm -rf /'`.
  private static func splitString(_ word: String, _ next: String?) -> [String]? {
    if word == "-S" || word == "--split-string" { return next.map { ShellScript.commands($0).first ?? [] } }
    for prefix in ["-S", "--split-string="] where word.hasPrefix(prefix) {
      return ShellScript.commands(String(word.dropFirst(prefix.count))).first
    }
    return nil
  }

  static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
    return word[..<equals].utf8.allSatisfy {
      (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
    }
  }

  private static func addExecuted(by arguments: [String], _ depth: Int, _ found: inout [SimpleCommand]) {
    for (place, word) in arguments.enumerated()
    where ["-exec", "-execdir", "-ok", "-okdir", "-x", "--exec"].contains(word) {
      let rest = arguments[(place + 1)...].prefix { $0 != ";" && $0 != "+" }
      if let first = rest.first { add(first, Array(rest.dropFirst()), depth - 1, &found) }
    }
  }
}
