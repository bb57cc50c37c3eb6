import MissionServer

extension CommandLineTool {
  /// `mission` with all its subcommands, in the order of its help.
  package static let mission = CommandLineTool(
    version: "0.1.0",
    subcommands: [
      .run, .validate, .submit, .status, .watch, .logs, .list, .cancel, .retry, .delete, .explain, .steps, .schema,
      .completion,
    ])
}
