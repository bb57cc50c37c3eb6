import Formats
import HTTP

extension Subcommand {
  /// `mission audit`: shows who did what, and whether that account is as it was written.
  package static let audit = Subcommand(
    "audit", "Show who did what, newest first, or verify that nobody changed it.",
    flags: Server.flags + [
      Flag("--mission", "ID", "Only what is about this job."),
      Flag("--since", "TIME", "Only what was written at or after this time."),
      Flag("--until", "TIME", "Only what was written before this time."),
      Flag("--limit", "NUMBER", "At most so many, 100 unless given."),
      Flag(
        "--verify", nil, "Verify the whole trail; exit status 1 and the first bad entry if it was changed."),
      Flag("--json", nil, "Print the answer as JSON."),
    ],
    example: "mission audit --since 2026-01-31T00:00:00Z\nmission audit --verify"
  ) { arguments, console throws(CommandError) in
    let server = try Server(arguments, console)
    var items: [(String, String)] = []
    do throws(UsageError) {
      items.append(("limit", String(try arguments.integer("--limit", in: 1...500) ?? 100)))
    } catch { throw CommandError(error) }
    let names = [("--mission", "mission_id"), ("--since", "since"), ("--until", "until")]
    for (flag, name) in names {
      if let value = arguments.value(flag) { items.append((name, value)) }
    }
    if arguments.has("--verify") { items.append(("verify", "all")) }
    // A trail of years takes its time.
    let (_, page) = try await server.json(.get, "/audit" + QueryText.make(items), wait: 600)
    if arguments.has("--json") {
      console.print(page.pretty)
    } else if !arguments.has("--verify") {
      for entry in page["entries"]?.arrayValue ?? [] { console.print(AuditText.line(entry)) }
    }
    return AuditText.judge(page["chain"] ?? .null, isAsked: arguments.has("--verify"), console)
  }
}

/// The audit trail as text.
enum AuditText {
  /// `12  2026-01-31T12:00:00.000Z  token ci@127.0.0.1  step.ended  JOB  build#1  {"type":"command"}`
  static func line(_ item: JSON) -> String {
    let entry = item["entry"] ?? .null
    var words = [String(item["seq"]?.integerValue ?? 0), entry["at"]?.stringValue ?? "-"]
    words.append(
      (entry["who"]?.stringValue ?? "-") + (entry["address"]?.stringValue.map { "@" + $0 } ?? ""))
    words.append(entry["action"]?.stringValue ?? "-")
    if let job = entry["mission_id"]?.stringValue { words.append(job) }
    if let step = entry["step_id"]?.stringValue {
      words.append(step + (entry["attempt"]?.integerValue.map { "#\($0)" } ?? ""))
    }
    if let details = entry["details"] { words.append(details.compact) }
    return Shown.value(words.joined(separator: "  "))
  }

  /// Says what the chain is like where that was asked for, or where it is bad.
  static func judge(_ chain: JSON, isAsked: Bool, _ console: Console) -> ExitStatus {
    if let bad = chain["first_bad"], !bad.isNull {
      let reason = Shown.value(bad["reason"]?.stringValue ?? "")
      console.note("the audit trail was changed: entry \(bad["seq"]?.integerValue ?? 0) \(reason)")
      return .failed
    }
    if isAsked {
      console.print(
        "the audit trail verifies: \(chain["entries"]?.integerValue ?? 0) entries, the last is "
          + "\(chain["through"]?.integerValue ?? 0) with the hash \(chain["head"]?.stringValue ?? "")")
    }
    return .completed
  }
}
