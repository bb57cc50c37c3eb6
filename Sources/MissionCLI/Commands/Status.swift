import Formats
import HTTP

extension Subcommand {
  /// `mission status`: shows one job.
  package static let status = Subcommand(
    "status", "Show a job of the daemon with its steps.",
    flags: Server.flags + [Flag("--json", nil, "Print the job as JSON.")],
    operands: [Operand("ID", "The job's id.")], example: "mission status 0198c0de-0000-7000-8000-000000000001"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    let (_, job) = try await server.json(.get, "/missions/\(try JobPath.id(arguments))")
    console.print(arguments.has("--json") ? job.pretty : JobText.full(job))
    return .completed
  }
}
