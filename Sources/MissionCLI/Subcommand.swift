/// One thing that `mission` does: how it is called, and what it does.
package struct Subcommand: Sendable {
  /// As it is typed: `run`, or two words such as `safety validate`.
  package let name: String
  /// One sentence with a full stop.
  package let summary: String
  package let flags: [Flag]
  package let operands: [Operand]
  /// A command line that works.
  package let example: String
  /// Does the work.
  package let run: @Sendable (Arguments, Console) async throws(CommandError) -> ExitStatus

  /// Declares a subcommand; `--help` comes by itself.
  package init(
    _ name: String, _ summary: String, flags: [Flag] = [], operands: [Operand] = [], example: String,
    run: @escaping @Sendable (Arguments, Console) async throws(CommandError) -> ExitStatus
  ) {
    self.name = name
    self.summary = summary
    self.flags = flags + [Flag("--help", nil, "Show this help.")]
    self.operands = operands
    self.example = example
    self.run = run
  }
}

/// Why a subcommand could not do its work.
package struct CommandError: Error, Sendable, Equatable {
  package let status: ExitStatus
  /// For standard error: lower case, without a full stop; may have several lines.
  package let message: String
  /// True if the words themselves are wrong, and not a file that they name: then the usage helps.
  package let isOfUsage: Bool

  /// Makes an error.
  package init(_ status: ExitStatus, _ message: String) {
    self.init(status, message, isOfUsage: false)
  }

  /// A command line that cannot be carried out.
  package init(_ error: UsageError) {
    self.init(.usage, error.message, isOfUsage: true)
  }

  private init(_ status: ExitStatus, _ message: String, isOfUsage: Bool) {
    self.status = status
    self.message = message
    self.isOfUsage = isOfUsage
  }
}
