import Formats
import HTTP

extension Subcommand {
  /// `mission watch`: follows one job.
  package static let watch = Subcommand(
    "watch", "Follow a job of the daemon until it is over.",
    flags: Server.flags + [
      Flag("--timeout", "SECONDS", "Give up waiting after so long (exit status 6); the job goes on."),
      Flag("--json", nil, "Print the job as JSON when it is over."),
    ],
    operands: [Operand("ID", "The job's id.")], example: "mission watch 0198c0de-0000-7000-8000-000000000001"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    return try await Watching(server, try JobPath.id(arguments), arguments, console).follow(printsJob: false)
  }
}
