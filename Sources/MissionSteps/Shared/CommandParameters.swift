import Formats
package import MissionModel

/// What `command` and `process_start` have in common: the program, its arguments and its surroundings.
package struct CommandParameters: Sendable {
  /// The program and what the line gave it, before `args`.
  package let words: [String]
  package let arguments: [String]
  private let usesShell: Bool
  private let environment: StringMap
  private let inheritsEnvironment: Bool
  private let workingDirectory: String?

  /// Reads the parameters and refuses what could only go wrong.
  package init(_ p: inout ParameterReader) {
    words = p.required(
      "command", .commandLine, "The program; without `args` a whole command line, split into words.")
    let arguments = p.optional("args", .list(of: .string), "Arguments, each one word, whatever is in it.")
    self.arguments = arguments ?? []
    usesShell = p.optional(
      "shell", .bool, default: false, "Give the command to /bin/sh; placeholders then need shell_quote.")
    environment = p.optional(
      "environment", .stringMap, default: StringMap(), "Variables on top of the usual ones.")
    inheritsEnvironment = p.optional(
      "inherit_environment", .bool, default: true, "False leaves only PATH and `environment`.")
    workingDirectory = p.optional(
      "working_dir", aliases: ["working_directory"], .readPath, "Where it runs; the workspace by default.")
    checkLine(&p, isSplit: !usesShell && arguments == nil)
    for (name, _) in environment.entries where !Self.isVariableName(name) {
      p.problem(
        at: "environment", "\"\(name)\" cannot name a variable", hint: "a name is not empty and holds no =")
    }
  }

  /// The command to run.
  ///
  /// - Throws: `.badParameters` where filling the placeholders left no program.
  package func command() throws(StepFailure) -> Command {
    guard let program = words.first, !program.isEmpty else {
      throw StepFailure(.badParameters, "command: is empty")
    }
    var command =
      usesShell
      ? Command(
        "/bin/sh", ["-c", words.joined(separator: " ")] + (arguments.isEmpty ? [] : ["sh"] + arguments))
      : Command(program, words.dropFirst() + arguments)
    command.environment = environment.entries
    command.inheritsEnvironment = inheritsEnvironment
    command.workingDirectory = workingDirectory
    return command
  }

  /// What was run, as it is reported: the program, or the whole line that went to the shell.
  package var title: String { usesShell ? words.joined(separator: " ") : words.first ?? "" }

  /// The first line of it, for messages: a script may have many.
  package var heading: String {
    let lines = title.split(separator: "\n")
    return lines.count > 1 ? lines[0] + " …" : String(lines.first ?? "")
  }

  /// The arguments as they are reported.
  package var reportedArguments: [String] { usesShell ? arguments : words.dropFirst() + arguments }

  /// Judges the line as it was written: words and shell placeholders cannot wait until it is filled.
  private func checkLine(_ p: inout ParameterReader, isSplit: Bool) {
    guard p.purpose == .checking, case .string(let line)? = p.written("command") else { return }
    if line.allSatisfy(\.isWhitespace) {
      p.problem(at: "command", "is empty")
    } else if isSplit {
      do throws(StepFailure) { _ = try CommandLine.words(line) } catch {
        let message = error.message.hasPrefix("command: ") ? error.message.dropFirst(9) : error.message[...]
        p.problem(at: "command", String(message), isAboutPlaceholders: true)
      }
    } else if usesShell, !p.isOpen("shell") {
      for placeholder in Template(line).placeholders where !Self.isSafeInShell(placeholder) {
        p.problem(
          at: "command", "\(placeholder.source) would be read by the shell",
          hint: "end it in shell_quote, or in raw to have the shell read it", isAboutPlaceholders: true)
      }
    }
  }

  private static func isSafeInShell(_ placeholder: Placeholder) -> Bool {
    switch placeholder.filters.last {
    case .shellQuote, .raw: true
    case .fallback, .json, .trim, .lower, .upper, .base64, .length, .unknown, nil: false
    }
  }

  private static func isVariableName(_ name: String) -> Bool {
    !name.isEmpty && !name.utf8.contains { $0 == UInt8(ascii: "=") || $0 == 0 }
  }
}
