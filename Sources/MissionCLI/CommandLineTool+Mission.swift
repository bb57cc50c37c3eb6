import MissionServer

extension CommandLineTool {
  /// `mission` with all its subcommands, in the order of its help.
  package static let mission: CommandLineTool = CommandLineTool(
    version: Version.text,
    subcommands: [
      .run, .validate, .safetyValidate, .submit, .status, .watch, .logs, .list, .cancel, .retry, .delete,
      .explain, .audit, .tokenMake, .tokenList, .tokenRevoke, .steps,
      .schema,
      .completion,
    ])
}
