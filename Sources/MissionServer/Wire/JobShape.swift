package import Formats
package import MissionModel

/// How much of a job an answer shows: `?include=`.
package enum JobDetail: String, Sendable, CaseIterable, Hashable {
  /// Everything but the steps.
  case summary
  /// With the step results, without their outputs.
  case steps
  /// With all.
  case outputs
}

/// A job as the API shows it (contract §6); `mission run --json` prints the same.
package enum JobShape {
  /// Outputs that are together larger are left out, to be fetched one by one.
  package static let outputBudget = 8 << 20

  /// Writes a job. `results` are all of its steps in document order; nil makes it the summary.
  package static func write(
    _ job: Job, results: [StoredResult]? = nil, detail: JobDetail = .outputs, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("id", job.id.description)
    writer.member("name", job.name)
    writer.member("version", job.version)
    writer.member("status", job.state.status)
    writer.member("revision", job.revision)
    writer.key("labels")
    writer.beginObject()
    for (key, value) in job.labels.sorted(by: { $0.key < $1.key }) { writer.member(key, value) }
    writer.endObject()
    write(job.progress, to: &writer)
    if let results, detail != .summary { write(results, of: job, detail: detail, to: &writer) }
    writer.member("error", job.error)
    writer.key("warnings")
    writer.beginArray()
    for warning in job.warnings { writer.value(warning) }
    writer.endArray()
    if let tokens = job.tokens { writer.member("tokens", tokens.json) }
    writer.member("retried_as", job.retriedAs?.description)
    writeTimes(of: job, to: &writer)
    writer.endObject()
  }

  /// The bytes of a job.
  package static func bytes(
    _ job: Job, results: [StoredResult]? = nil, detail: JobDetail = .outputs
  ) -> [UInt8] {
    var writer = JSONWriter(capacity: capacity(for: results ?? [], detail))
    write(job, results: results, detail: detail, to: &writer)
    return writer.bytes
  }

  /// Room for all of an answer, so that large outputs are not moved while it grows.
  private static func capacity(for results: [StoredResult], _ detail: JobDetail) -> Int {
    let outputs = detail == .outputs ? outputBytes(of: results) : 0
    return 1024 + 512 * results.count + (outputs > outputBudget ? 0 : outputs)
  }

  private static func outputBytes(of results: [StoredResult]) -> Int {
    results.reduce(0) { $0 + $1.outputSize }
  }

  private static func write(_ progress: Job.Progress, to writer: inout JSONWriter) {
    writer.key("progress")
    writer.beginObject()
    writer.member("total", progress.total)
    for status in StepStatus.allCases { writer.member(status.rawValue, progress[status]) }
    writer.endObject()
  }

  private static func write(
    _ results: [StoredResult], of job: Job, detail: JobDetail, to writer: inout JSONWriter
  ) {
    let isLarge = results.contains(where: \.isLeftOut) || outputBytes(of: results) > outputBudget
    writer.key("step_results")
    writer.beginObject()
    for stored in results {
      writer.key(stored.result.stepID)
      let output: StepResultShape.Output =
        detail == .steps ? .none : isLarge ? .reference(job: job.id) : .value
      StepResultShape.write(stored, output: output, to: &writer)
    }
    writer.endObject()
  }

  private static func writeTimes(of job: Job, to writer: inout JSONWriter) {
    let started: Timestamp?
    let finished: Timestamp?
    switch job.state {
    case .queued: (started, finished) = (nil, nil)
    case .running(let since): (started, finished) = (since, nil)
    case .finished(_, let since, let at): (started, finished) = (since, at)
    }
    writer.member("created_at", job.createdAt.description)
    writer.member("started_at", started?.description)
    writer.member("finished_at", finished?.description)
    writer.key("total_duration_ms")
    if let finished {
      writer.value(started.map { max(0, finished.milliseconds - $0.milliseconds) } ?? 0)
    } else {
      writer.null()
    }
    writer.member("timestamp", job.changedAt.description)
  }
}
