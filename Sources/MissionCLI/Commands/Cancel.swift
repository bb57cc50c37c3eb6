import Formats
import HTTP

extension Subcommand {
  /// `mission cancel`: ends a job.
  package static let cancel = Subcommand(
    "cancel", "End a job: what runs is stopped, what waits is skipped.",
    flags: Server.flags + [Flag("--json", nil, "Print the answer as JSON.")],
    operands: [Operand("ID", "The job's id.")], example: "mission cancel 0198c0de-0000-7000-8000-000000000001"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    let (_, job) = try await server.json(.post, "/missions/\(try JobPath.id(arguments))/cancel")
    if arguments.has("--json") { console.print(job.pretty) } else { console.note("cancelling") }
    return .completed
  }
}
