import Formats

/// `mission`: finds the subcommand, takes its arguments apart, and says what went wrong.
package struct CommandLineTool: Sendable {
  /// The version that `--version` prints.
  package let version: String
  package let subcommands: [Subcommand]

  /// Collects subcommands, in the order of the help.
  package init(version: String, subcommands: [Subcommand]) {
    self.version = version
    self.subcommands = subcommands
  }

  /// Carries out a command line without the program's own name.
  package func run(_ words: [String], on console: Console) async -> ExitStatus {
    let status = await carryOut(words, on: console)
    guard let failure = console.outputFailure() else { return status }
    console.note("mission: the result is incomplete: \(failure)")
    return status == .completed ? .failed : status
  }

  private func carryOut(_ words: [String], on console: Console) async -> ExitStatus {
    guard let first = words.first else {
      console.writeError(Array(overview.utf8))
      return .usage
    }
    switch first {
    case "--help", "-h": return show(overview, console)
    case "help": return help(Array(words.dropFirst()), console)
    case "--version": return show("mission \(version)\n", console)
    default: break
    }
    guard let (subcommand, rest) = find(words) else {
      console.note("mission: " + unknown(words))
      console.note("see: mission --help")
      return .usage
    }
    return await run(subcommand, rest, console)
  }

  private func run(_ subcommand: Subcommand, _ words: [String], _ console: Console) async -> ExitStatus {
    if words.contains("--help") || words.contains("-h") { return show(subcommand.help, console) }
    let arguments: Arguments
    do {
      arguments = try Arguments(words, flags: subcommand.flags, operands: subcommand.operands)
    } catch {
      return fail(CommandError(error), subcommand, console)
    }
    do {
      return try await subcommand.run(arguments, console)
    } catch {
      return fail(error, subcommand, console)
    }
  }

  private func fail(_ error: CommandError, _ subcommand: Subcommand, _ console: Console) -> ExitStatus {
    console.note("mission \(subcommand.name): \(error.message)")
    if error.isOfUsage {
      console.note("usage: \(subcommand.usage)")
      console.note("see: mission \(subcommand.name) --help")
    }
    return error.status
  }

  private func help(_ words: [String], _ console: Console) -> ExitStatus {
    guard !words.isEmpty else { return show(overview, console) }
    guard let (subcommand, _) = find(words) else {
      console.note("mission help: " + unknown(words))
      return .usage
    }
    return show(subcommand.help, console)
  }

  private func show(_ text: String, _ console: Console) -> ExitStatus {
    console.write(Array(text.utf8))
    return .completed
  }

  /// Says that no subcommand begins so, and which may have been meant.
  private func unknown(_ words: [String]) -> String {
    let first = Shown.value(words.first ?? "")
    let family = subcommands.map(\.name).filter { $0.hasPrefix(first + " ") }
    guard family.isEmpty else {
      let words = words.prefix(2).filter { !$0.hasPrefix("-") }
      let names = family.map { "\"\($0)\"" }.joined(separator: ", ")
      return
        "there is no command \"\(Shown.value(words.joined(separator: " ")))\"; there is \(names)"
    }
    if first.hasPrefix("-") { return "the command comes before its flags: mission COMMAND \(first)" }
    let closest = EditDistance.closest(to: first, among: subcommands.map(\.name))
    return "there is no command \"\(first)\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
  }

  /// The subcommand that the words begin with; the longest name holds.
  private func find(_ words: [String]) -> (Subcommand, rest: [String])? {
    for length in [2, 1] where words.count >= length {
      let name = words[..<length].joined(separator: " ")
      if let found = subcommands.first(where: { $0.name == name }) { return (found, Array(words[length...])) }
    }
    return nil
  }
}
