package import Formats

/// A job as text, made of the JSON that the API shows.
package enum JobText {
  /// One line: id, status, progress, name.
  package static func line(_ job: JSON) -> String {
    let progress = job["progress"]
    let done = ["success", "failed", "skipped", "cancelled"].reduce(0) {
      $0 + (progress?[$1]?.integerValue ?? 0)
    }
    let total = progress?["total"]?.integerValue ?? 0
    let status = text(job, "status")
    let padding = String(repeating: " ", count: max(0, 9 - status.count))
    let cells = [
      text(job, "id"), status + padding, "\(done)/\(total)", text(job, "created_at"), text(job, "name"),
    ]
    return cells.joined(separator: "  ")
  }

  /// The whole job: what it is, its steps, its warnings, and why it failed.
  package static func full(_ job: JSON) -> String {
    var lines = ["\(text(job, "name"))  \(text(job, "status"))  \(text(job, "id"))"]
    for (key, label) in [("created_at", "created"), ("started_at", "started"), ("finished_at", "finished")] {
      if let time = job[key]?.stringValue { lines.append("  \(label): \(Shown.value(time))") }
    }
    if let duration = job["total_duration_ms"]?.integerValue {
      lines.append("  took: \(Shown.duration(milliseconds: duration))")
    }
    if let tokens = job["tokens"]?.objectValue { lines.append("  tokens: \(self.tokens(tokens))") }
    if let other = job["retried_as"]?.stringValue { lines.append("  retried as: \(Shown.value(other))") }
    for (id, result) in job["step_results"]?.objectValue ?? [:] { lines += step(id, result) }
    for warning in job["warnings"]?.arrayValue ?? [] {
      lines.append("  warning: \(Shown.value(warning.stringValue ?? warning.compact))")
    }
    if let error = job["error"]?.stringValue { lines.append("  error: \(Shown.value(error))") }
    return lines.joined(separator: "\n")
  }

  /// One step: a sign, its id, how long it took, and what it gave or why it failed.
  package static func step(_ id: String, _ result: JSON) -> [String] {
    let status = result["status"]?.stringValue ?? "pending"
    var head = "  \(sign(status)) \(Shown.value(id))"
    if status != "success" { head += "  \(status)" }
    if let duration = result["duration_ms"]?.integerValue, status != "pending", status != "skipped" {
      head += "  \(Shown.duration(milliseconds: duration))"
    }
    if let attempts = result["attempts"]?.integerValue, attempts > 1 { head += "  \(attempts) attempts" }
    var lines = [head]
    if let error = result["error"]?.stringValue { lines.append("      \(Shown.value(error))") }
    for warning in result["warnings"]?.arrayValue ?? [] {
      lines.append("      warning: \(Shown.value(warning.stringValue ?? warning.compact))")
    }
    if let output = result["output"], !output.isNull { lines += self.output(output) }
    return lines
  }

  /// What models used: `110 (100 read, 10 written)`.
  private static func tokens(_ tokens: JSONObject) -> String {
    let count = { (key: String) in tokens[key]?.integerValue ?? 0 }
    return "\(count("total_tokens")) (\(count("prompt_tokens")) read, \(count("completion_tokens")) written)"
  }

  /// The fields of an output, a line each.
  private static func output(_ output: JSON) -> [String] {
    guard let fields = output.objectValue else { return ["      \(Shown.value(output.compact))"] }
    return fields.map { key, value in
      "      \(Shown.value(key)): \(Shown.value(value.stringValue ?? value.compact))"
    }
  }

  /// One character for a status.
  package static func sign(_ status: String) -> String {
    switch status {
    case "success", "completed": "✔"
    case "failed": "✘"
    case "skipped": "–"
    case "cancelled": "■"
    case "running": "▶"
    default: "·"
    }
  }

  /// The exit status that a job's end stands for; nil while it is not over.
  package static func exit(_ status: String?) -> ExitStatus? {
    switch status {
    case "completed": .completed
    case "failed": .failed
    case "cancelled": .cancelled
    default: nil
    }
  }

  private static func text(_ job: JSON, _ key: String) -> String { Shown.value(job[key]?.stringValue ?? "-") }
}
