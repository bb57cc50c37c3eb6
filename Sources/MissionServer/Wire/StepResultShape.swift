package import Formats
package import MissionModel

/// A step result as the API shows it.
package enum StepResultShape {
  /// What stands for the output.
  package enum Output: Sendable {
    /// The output itself.
    case value
    /// Its size and where to get it, unless it is null.
    case reference(job: JobID)
    /// Nothing: the caller did not ask for outputs.
    case none
  }

  /// Writes a result; `attempts` adds what became of each of its attempts.
  package static func write(
    _ result: StepResult, output: Output = .value, attempts: [AttemptRecord]? = nil,
    to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("step_id", result.stepID)
    writer.member("status", result.status.rawValue)
    write(output, of: result, to: &writer)
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

  /// Bytes of a result's output as compact JSON.
  static func outputSize(of result: StepResult) -> Int {
    var writer = JSONWriter()
    writer.value(result.output)
    return writer.bytes.count
  }

  private static func write(_ output: Output, of result: StepResult, to writer: inout JSONWriter) {
    switch output {
    case .value: writer.member("output", result.output)
    case .none: break
    case .reference(let job):
      writer.key("output")
      guard !result.output.isNull else { return writer.null() }
      writer.beginObject()
      writer.member("bytes", outputSize(of: result))
      writer.member("href", "/missions/\(job)/steps/\(result.stepID)")
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
