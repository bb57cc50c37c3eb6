import Formats
import HTTP

extension Subcommand {
  /// `mission submit`: hands a mission to the daemon.
  package static let submit = Subcommand(
    "submit", "Hand a mission to the daemon; with --wait, stay until it is over.",
    flags: Server.flags + [
      Flag("--wait", nil, "Show the progress and wait until the job is over."),
      Flag(
        "--timeout", "SECONDS", "With --wait: give up waiting after so long (exit status 6); the job goes on."
      ),
      Flag("--context", "KEY=VALUE", "Set a context variable; may be repeated."),
      Flag("--priority", "NUMBER", "-100 to 100; higher goes first."),
      Flag("--workspace", "DIR", "Work in this existing directory of the daemon's host."),
      Flag("--idempotency-key", "KEY", "Make only one job, however often this is sent."),
      Flag("--unknown-fields", "RULE", "error, or warn: let unknown fields pass."),
      Flag("--json", nil, "Print the job as JSON."),
    ],
    operands: [Operand("FILE", "The mission, in YAML or JSON; - is standard input.")],
    example: "mission submit build.yaml --wait"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    let file = arguments.operands[0]
    var headers: Headers = [:]
    if let type = InputFile.mediaType(of: file) { headers.set("Content-Type", type) }
    if let key = arguments.value("--idempotency-key") { headers.set("Idempotency-Key", key) }
    let body = try InputFile.read(file, console)
    let path = "/missions/execute" + (try query(arguments))
    let (_, job) = try await server.json(.post, path, headers: headers, body: body, wait: 60)
    return try await Watching.follow(job, server, arguments, console)
  }

  private static func query(_ arguments: Arguments) throws(CommandError) -> String {
    var items: [(String, String)] = []
    do throws(UsageError) {
      for (key, value) in try arguments.pairs("--context") { items.append(("context.\(key)", value)) }
      if let priority = try arguments.integer("--priority", in: -100...100) {
        items.append(("priority", String(priority)))
      }
    } catch {
      throw CommandError(error)
    }
    if let workspace = arguments.value("--workspace") { items.append(("workspace", workspace)) }
    if let rule = arguments.value("--unknown-fields") { items.append(("unknown_fields", rule)) }
    return QueryText.make(items)
  }
}

/// The query of a request's target.
enum QueryText {
  /// `?a=b&c=d`, or nothing.
  static func make(_ items: [(String, String)]) -> String {
    guard !items.isEmpty else { return "" }
    return "?"
      + items.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
  }
}
