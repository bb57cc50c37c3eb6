package import MissionModel

/// The repository around a folder, worked on by the host's `git`: it never asks, pages or opens an editor.
package struct GitRepository: Sendable {
  /// The folder, as the mission names it.
  package let path: String
  private let processes: Processes

  /// What every type that works through `git` needs.
  package static let requirements: [Requirement] = [.program("git", package: "git")]
  /// Bytes of an answer that are read; more would not be parsed in half.
  private static let maxAnswerBytes = 64 << 20

  /// Takes the folder of a step.
  ///
  /// - Throws: where `git` is not on this host.
  package init(_ path: String, _ context: StepContext) async throws(StepFailure) {
    self.path = path
    processes = context.processes
    guard await processes.find("git") != nil else {
      throw StepFailure("work in the repository \(path): git is not on this host; install the package git")
    }
  }

  /// Runs `git` and gives its output, whatever its exit code is.
  ///
  /// - Throws: where it is outside a repository, was killed, or wrote more than can be read.
  package func answer(_ arguments: [String], input: String? = nil) async throws(StepFailure) -> ProcessOutput
  {
    var command = Command("git", Self.settings + arguments)
    command.environment = Self.environment
    command.workingDirectory = path
    command.input = input.map { Array($0.utf8) }
    command.maxOutputBytes = Self.maxAnswerBytes
    let output = try await processes.run(command)
    guard case .exited(let code) = output.ending else { throw failure(arguments, output) }
    if code == 128, String(decoding: output.stderr, as: UTF8.self).contains("not a git repository") {
      throw StepFailure("\(path) is in no git repository; make one with git init, or name another \"path\"")
    }
    guard !output.stdoutTruncated else {
      throw StepFailure("\(title(arguments)): its answer is longer than \(Self.maxAnswerBytes) bytes")
    }
    return output
  }

  /// Runs `git` and gives what it wrote to stdout.
  ///
  /// - Throws: also where it exits with anything but 0.
  @discardableResult
  package func run(_ arguments: [String], input: String? = nil) async throws(StepFailure) -> [UInt8] {
    let output = try await answer(arguments, input: input)
    guard output.ending == .exited(code: 0) else { throw failure(arguments, output) }
    return output.stdout
  }

  /// The id of what a name stands for, or nil where there is no such thing.
  ///
  /// - Parameter kind: `commit` or `tree`.
  /// - Throws: where git could not look.
  package func find(_ name: String, as kind: String = "commit") async throws(StepFailure) -> String? {
    let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{\(kind)}"]
    let output = try await answer(arguments)
    if output.ending == .exited(code: 0) { return Self.line(output.stdout) }
    // That there is none it says by its code alone.
    guard output.ending == .exited(code: 1) || output.stderr.isEmpty else {
      throw failure(arguments, output)
    }
    return nil
  }

  /// The id of what a parameter names.
  ///
  /// - Throws: where the repository has no such thing.
  package func resolve(_ name: String, as kind: String = "commit") async throws(StepFailure) -> String {
    guard let id = try await find(name, as: kind) else {
      throw StepFailure("find \"\(name)\" in \(path): no branch, tag or commit of that name")
    }
    return id
  }

  /// The branch that is checked out, with or without a commit on it; nil where HEAD is detached.
  package func currentBranch() async throws(StepFailure) -> String? {
    let output = try await answer(["symbolic-ref", "--quiet", "HEAD"])
    guard output.ending == .exited(code: 0) else { return nil }
    let name = Self.line(output.stdout)
    return name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : name
  }

  /// A failure of `git` in its own words, with the way out of the usual ones.
  package func failure(_ arguments: [String], _ output: ProcessOutput) -> StepFailure {
    let words = String(decoding: output.stderr, as: UTF8.self)
    guard let hint = Self.hints.first(where: { words.contains($0.words) })?.hint else {
      return StepFailure(ProcessFailure.message(title(arguments), output))
    }
    var output = output
    // What git advises beside it is for a person at a terminal; the log has all of it.
    let lines = words.split(separator: "\n").filter { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") }
    if !lines.isEmpty { output.stderr = Array(lines.joined(separator: "\n").utf8) }
    return StepFailure(ProcessFailure.message(title(arguments), output) + "; " + hint)
  }

  /// The text of an answer without its last line end.
  package static func line(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }

  private func title(_ arguments: [String]) -> String { "git \(arguments.first ?? "") in \(path)" }

  /// Settings that must not depend on whose machine it is. An identity is configured, never guessed of the
  /// host's name; and no housekeeping is left running behind the step.
  private static let settings =
    [
      "protocol.ext.allow=never", "core.quotePath=false", "color.ui=false", "user.useConfigOnly=true",
      "gc.autoDetach=false", "maintenance.autoDetach=false", "merge.autoStash=false", "core.fsmonitor=false",
      "diff.mnemonicPrefix=false", "diff.noprefix=false", "advice.detachedHead=false",
    ].flatMap { ["-c", $0] } + ["--no-pager"]

  private static let environment: [(key: String, value: String)] = [
    ("GIT_ASKPASS", ""), ("GIT_EDITOR", ":"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_PAGER", "cat"),
    ("GIT_SEQUENCE_EDITOR", ":"), ("GIT_TERMINAL_PROMPT", "0"), ("LANGUAGE", ""), ("LC_ALL", "C.UTF-8"),
    ("SSH_ASKPASS_REQUIRE", "never"),
  ]

  private static let hints = [
    (
      words: "reading the configuration files",
      hint: "the sandbox closes HOME to this step; give steps one of their own with environment.home"
    ),
    (words: ".lock': File exists", hint: "remove the file if no git is at work there any more"),
    (words: "Please tell me who you are", hint: "set user.name and user.email with git config"),
    (words: "no email was given", hint: "set user.name and user.email with git config"),
    (words: "already exists", hint: "set force: true to replace it"),
    (words: "invalid reference", hint: "operation: create makes a branch of that name"),
    (words: "must be run in a work tree", hint: "a bare repository has no files; clone it first"),
    (
      words: "detected dubious ownership",
      hint: "it belongs to another user; git config --global --add safe.directory trusts it"
    ),
    (words: "is not fully merged", hint: "set force: true to delete it all the same"),
  ]
}
