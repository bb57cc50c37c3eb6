import Formats
import HTTP

extension Subcommand {
  /// `mission delete`: removes a finished job.
  package static let delete = Subcommand(
    "delete", "Remove a finished job with its logs and its workspace.", flags: Server.flags,
    operands: [Operand("ID", "The job's id.")], example: "mission delete 0198c0de-0000-7000-8000-000000000001"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    _ = try await server.json(.delete, "/missions/\(try JobPath.id(arguments))")
    return .completed
  }
}
