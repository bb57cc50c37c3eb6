package import Formats
package import MissionModel

/// How a process that did not do its work is told.
package enum ProcessFailure {
  /// Bytes of stderr that an error shows.
  private static let shownBytes = 2048

  /// The sentence: `run make: exited with code 2: No rule to make target`.
  package static func message(_ title: String, _ output: ProcessOutput) -> String {
    let how =
      switch output.ending {
      case .exited(let code): "exited with code \(code)" + (exitHint(code).map { " (\($0))" } ?? "")
      case .signalled(let number): "was killed by \(SignalName.of(number))"
      case .outOfMemory:
        "was killed because memory ran out; raise limits.memory_bytes or let it use less"
      }
    let end = endOfText(output.stderr)
    let limit = output.reachedLimit.map { ": \($0)" } ?? ""
    return "run \(title): \(how)\(limit)" + (end.isEmpty ? "" : ": \(end)")
  }

  /// The exit code, null where a signal ended the process.
  package static func exitCode(_ ending: ProcessEnding) -> JSON {
    switch ending {
    case .exited(let code): JSON(code)
    case .signalled, .outOfMemory: .null
    }
  }

  /// The name of the signal that ended the process, or null.
  package static func signal(_ ending: ProcessEnding) -> JSON {
    switch ending {
    case .exited: .null
    case .signalled(let number): .string(SignalName.of(number))
    case .outOfMemory: "SIGKILL"
    }
  }

  /// The last lines of a stream, at most 2 KiB of them.
  package static func endOfText(_ bytes: [UInt8]) -> String {
    var end = bytes[...]
    while let last = end.last, last == 0x0A || last == 0x0D || last == 0x20 { end.removeLast() }
    guard end.count > shownBytes else { return String(decoding: end, as: UTF8.self) }
    var shown = end.suffix(shownBytes)
    if let lineEnd = shown.firstIndex(of: 0x0A) { shown = shown[(lineEnd + 1)...] }
    return "… " + String(decoding: shown, as: UTF8.self)
  }

  /// What shells mean by their own exit codes.
  private static func exitHint(_ code: Int32) -> String? {
    switch code {
    case 126: "found, but may not be executed"
    case 127: "command not found"
    case 129...159: "its shell reports \(SignalName.of(code - 128))"
    default: nil
    }
  }
}

/// The names of signals on Linux.
package enum SignalName {
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
    "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
    "WINCH", "IO", "PWR", "SYS",
  ]

  /// `SIGTERM` for 15; the number for those without a name.
  package static func of(_ number: Int32) -> String {
    let index = Int(number) - 1
    return names.indices.contains(index) ? "SIG" + names[index] : "signal \(number)"
  }

  /// 15 for `TERM`, `SIGTERM` and `15`; nil for anything else.
  package static func number(_ name: String) -> Int32? {
    if let number = Int32(name) { return (1...64).contains(number) ? number : nil }
    let upper = name.uppercased()
    let plain = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    return names.firstIndex(of: plain).map { Int32($0 + 1) }
  }
}
