import Formats
import HTTP

extension Subcommand {
  /// `mission retry`: makes a new job of one that is over.
  package static let retry = Subcommand(
    "retry", "Carry out a finished job again, keeping the results of steps that succeeded.",
    flags: Server.flags + [
      Flag("--from", "STEP", "Carry out this step and all that depends on it anew."),
      Flag("--fresh", nil, "Begin with a new workspace: all steps anew."),
      Flag("--wait", nil, "Show the progress and wait until the new job is over."),
      Flag("--timeout", "SECONDS", "With --wait: give up waiting after so long (exit status 6)."),
      Flag("--json", nil, "Print the new job as JSON."),
    ],
    operands: [Operand("ID", "The id of the job that is over.")],
    example: "mission retry 0198c0de-0000-7000-8000-000000000001 --from test --wait"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    var items: [(String, String)] = []
    if let step = arguments.value("--from") { items.append(("from", step)) }
    if arguments.has("--fresh") { items.append(("workspace", "fresh")) }
    let path = "/missions/\(try JobPath.id(arguments))/retry" + QueryText.make(items)
    let (_, job) = try await server.json(.post, path)
    return try await Watching.follow(job, server, arguments, console)
  }
}
