import Formats
import HTTP

extension Subcommand {
  /// `mission list`: shows the newest jobs.
  package static let list = Subcommand(
    "list", "List jobs of the daemon, newest first.",
    flags: Server.flags + [
      Flag("--status", "STATUS", "queued, running, completed, failed or cancelled."),
      Flag("--name", "NAME", "Jobs of missions of this name."),
      Flag("--label", "KEY=VALUE", "Jobs with this label; may be repeated."),
      Flag("--limit", "NUMBER", "At most so many, 20 unless given."),
      Flag("--json", nil, "Print the list as JSON."),
    ],
    example: "mission list --status failed --limit 5"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    var items: [(String, String)] = []
    do throws(UsageError) {
      items.append(("limit", String(try arguments.integer("--limit", in: 1...500) ?? 20)))
      for (key, value) in try arguments.pairs("--label") { items.append(("label.\(key)", value)) }
    } catch {
      throw CommandError(error)
    }
    for name in ["status", "name"] {
      if let value = arguments.value("--" + name) { items.append((name, value)) }
    }
    let (_, page) = try await server.json(.get, "/missions" + QueryText.make(items))
    if arguments.has("--json") {
      console.print(page.pretty)
      return .completed
    }
    for job in page["missions"]?.arrayValue ?? page.arrayValue ?? [] { console.print(JobText.line(job)) }
    return .completed
  }
}
