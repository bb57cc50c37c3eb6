package import Formats
package import MissionModel

/// A step result as the API shows it.
package enum StepResultShape {
  /// What stands for the output.
  package enum Output: Sendable {
    /// The output itself; null where the result has none.
    case value
    /// Its size and where to get it, unless it is null.
    case reference(job: JobID)
    /// Nothing: the caller did not ask for outputs.
    case none
  }

  /// Writes a result; `attempts` adds what became of each of its attempts.
  package static func write(
    _ stored: StoredResult, output: Output = .value, attempts: [AttemptRecord]? = nil,
    to writer: inout JSONWriter
  ) {
    let result = stored.result
    writer.beginObject()
    writer.member("step_id", result.stepID)
    writer.member("status", result.status.rawValue)
    write(output, of: stored, to: &writer)
    writer.member("error", result.error)
    writer.member("duration_ms", result.durationMilliseconds)
    writer.member("attempts", result.attempts)
    writer.member("started_at", result.startedAt?.description)
    writer.member("finished_at", result.finishedAt?.description)
    if !result.warnings.isEmpty {
      writer.key("warnings")
      writer.beginArray()
      for warning in result.warnings { writer.value(warning) }
      writer.endArray()
    }
    if let usage = result.usage {
      writer.key("usage")
      writer.beginObject()
      writer.member("user_ms", usage.userMilliseconds)
      writer.member("system_ms", usage.systemMilliseconds)
      writer.member("max_rss_bytes", usage.maxRSSBytes)
      writer.endObject()
    }
    if let tokens = result.tokens { writer.member("tokens", tokens.json) }
    if let attempts { write(attempts, to: &writer) }
    writer.endObject()
  }

  private static func write(_ output: Output, of stored: StoredResult, to writer: inout JSONWriter) {
    switch output {
    case .value:
      writer.key("output")
      guard let bytes = stored.output else { return writer.null() }
      writer.raw(bytes)
    case .none: break
    case .reference(let job):
      writer.key("output")
      guard stored.outputSize > 0 else { return writer.null() }
      writer.beginObject()
      writer.member("bytes", stored.outputSize)
      writer.member("href", "/missions/\(job)/steps/\(stored.result.stepID)")
      writer.endObject()
    }
  }

  private static func write(_ attempts: [AttemptRecord], to writer: inout JSONWriter) {
    writer.key("attempt_results")
    writer.beginArray()
    for attempt in attempts {
      writer.beginObject()
      writer.member("attempt", attempt.number)
      writer.member("status", attempt.ending?.rawValue ?? "running")
      writer.member("error", attempt.error)
      writer.member("started_at", attempt.startedAt.description)
      writer.member("finished_at", attempt.finishedAt?.description)
      writer.key("duration_ms")
      if let finished = attempt.finishedAt {
        writer.value(max(0, finished.milliseconds - attempt.startedAt.milliseconds))
      } else {
        writer.null()
      }
      writer.endObject()
    }
    writer.endArray()
  }
}
